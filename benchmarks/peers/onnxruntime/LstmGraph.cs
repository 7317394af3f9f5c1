using Lstm.Benchmarks.Worker;

namespace Lstm.Peers.OnnxRuntime;

/// <summary>A stack of LSTM layers as a graph: an operator for each, with the numbers of <see cref="TestData"/>.</summary>
internal sealed class LstmGraph
{
    /// <summary>Where ours are in the order of the operator: i o f g of i f g o.</summary>
    private static readonly int[] s_gates = [0, 3, 1, 2];

    private readonly Work _work;
    private readonly OnnxGraph _graph = new();
    private readonly List<TensorSlot> _states = [];

    public LstmGraph(Work work)
    {
        _work = work;
        Input = new TensorSlot("x", "", [work.Steps, work.Batch, work.InputSize]);
        Output = new TensorSlot("", "y", [work.Steps, 1, work.Batch, work.HiddenSize]);
        _graph.AddInput(Input.Input, Input.Shape);
        string below = Input.Input;
        for (int layer = 0; layer < work.Layers; layer++)
        {
            below = AddLayer(layer, below);
        }

        _graph.AddOutput(Output.Output, Output.Shape);
    }

    public TensorSlot Input { get; }

    public TensorSlot Output { get; }

    public IReadOnlyList<TensorSlot> States => _states;

    public byte[] ToModel() => _graph.ToModel();

    /// <summary>Returns the name of the layer's output as [T, B, H].</summary>
    private string AddLayer(int layer, string input)
    {
        int hidden = _work.HiddenSize, inputs = layer == 0 ? _work.InputSize : hidden;
        bool isLast = layer == _work.Layers - 1;
        TensorSlot h = AddState($"{layer}.h"), c = AddState($"{layer}.c");
        float[] biases = [.. Weights($"{layer}.b", 1), .. new float[4 * hidden]];
        _graph.AddConstant($"{layer}.W", Weights($"{layer}.W", inputs), 1, 4 * hidden, inputs);
        _graph.AddConstant($"{layer}.R", Weights($"{layer}.R", hidden), 1, 4 * hidden, hidden);
        _graph.AddConstant($"{layer}.b", biases, 1, 8 * hidden);
        string output = isLast ? Output.Output : $"{layer}.y";
        string[] inputNames = [input, $"{layer}.W", $"{layer}.R", $"{layer}.b", "", h.Input, c.Input];
        _graph.AddNode("LSTM", inputNames, [output, h.Output, c.Output], ("hidden_size", hidden));
        if (isLast)
        {
            return output;
        }

        // The operator has an axis of directions behind that of steps.
        _graph.AddConstant($"{layer}.axis", [1]);
        _graph.AddNode("Squeeze", [output, $"{layer}.axis"], [$"{layer}.rows"]);
        return $"{layer}.rows";
    }

    private TensorSlot AddState(string name)
    {
        TensorSlot state = new(name, $"{name}.last", [1, _work.Batch, _work.HiddenSize]);
        _graph.AddInput(state.Input, state.Shape);
        _graph.AddOutput(state.Output, state.Shape);
        _states.Add(state);
        return state;
    }

    /// <summary>Numbers of [4H, columns], with the gates in the order of the operator.</summary>
    private float[] Weights(string name, int columns)
    {
        int gate = _work.HiddenSize * columns;
        float[] values = new float[4 * gate];
        TestData.FillNamed<float>(name, values, _work);
        return [.. s_gates.SelectMany(place => values.Skip(place * gate).Take(gate))];
    }
}
