using System.Runtime.InteropServices;

namespace Lstm;

/// <summary>A model that is unrolled to observe what its layers do in one window, beginning with states of 0.</summary>
internal sealed class InspectionTrial(Sequential<double> model, int steps, int batch, bool forwardOnly = false)
{
    private readonly Bptt<double> _bptt = new(model, steps, batch, new() { Threads = 1, ForwardOnly = forwardOnly });

    /// <summary>The output [steps, batch, outputSize] of each layer in the last window without lengths.</summary>
    public double[][] Outputs { get; private set; } = [];

    /// <summary>
    /// The gradient [steps, batch, inputSize] of the input of each layer in the last window; empty where nothing uses it.
    /// </summary>
    public double[][] InputGradients { get; private set; } = [];

    /// <summary>The gradients of all parameters that come from the last window alone.</summary>
    public double[] ParameterGradients { get; private set; } = [];

    private ModelPass<double> Pass => _bptt.Unrolling.Passes[0];

    /// <summary>Returns the number of elements that a layer's output has room for.</summary>
    public int OutputLength(int layer) => Pass[layer].Output.Length;

    /// <summary>Returns the steps of a layer's output that a shorter window must leave as they are.</summary>
    public Span<double> OutputBeyond(int layer, int steps) => MemoryMarshal.AsMemory(Pass[layer].Output).Span[RangeBeyond(layer, steps)];

    /// <summary>Returns the steps of the gradient of a layer's output that a shorter window must not read.</summary>
    public Span<double> OutputGradientBeyond(int layer, int steps) => Pass[layer].OutputGradient[RangeBeyond(layer, steps)];

    /// <summary>Runs both passes over a window, with <paramref name="fill"/> in the gradients of inputs before the backward pass.</summary>
    public InspectionTrial Run(InspectedWindow window, double fill = 0)
    {
        Forward(window);
        for (int k = 0; k < model.Layers.Count - 1; k++)
        {
            Pass[k].OutputGradient[..Outputs[k].Length].Fill(fill);
        }

        _bptt.Unrolling.Last.InputGradient.Fill(fill);
        window.OutputGradient.CopyTo(_bptt.OutputGradient);
        _bptt.Backward();
        int first = _bptt.InputGradient.IsEmpty ? Pass.FirstTrained() : 0;
        InputGradients = [.. model.Layers.Select((_, k) =>
            k > first ? Pass[k - 1].OutputGradient[..Outputs[k - 1].Length].ToArray() : k == 0 ? _bptt.InputGradient.ToArray() : [])];
        ParameterGradients = model.Parameters.Gradients.ToArray();
        return this;
    }

    public InspectionTrial Forward(InspectedWindow window)
    {
        Begin();
        Feed(window, []);
        Outputs = [.. model.Layers.Select((layer, k) => Pass[k].Output.Span[..(window.Steps * window.Batch * layer.OutputSize)].ToArray())];
        return this;
    }

    /// <summary>Returns the output [steps, batch, outputSize] of sequences of the given lengths, with nothing dropped.</summary>
    public double[] Evaluate(InspectedWindow window, int[] lengths)
    {
        _bptt.Training = false;
        Begin();
        return Feed(window, lengths).ToArray();
    }

    /// <summary>
    /// Returns the first layer whose forward pass changes its input, or 0 where a backward pass changes the input of the first layer;
    /// otherwise -1.
    /// </summary>
    public int FindChangedInput(InspectedWindow window)
    {
        Forward(window);
        LayerInput<double> first = InputOf(window);
        double[] before = first.Values.ToArray();
        for (int k = 0; k < model.Layers.Count; k++)
        {
            LayerInput<double> input = k == 0 ? first : new(Pass[k - 1].Output[..Outputs[k - 1].Length], window.Steps);
            double[] values = input.Values.ToArray();
            Pass[k].Forward(input);
            if (!input.Values.SequenceEqual(values))
            {
                return k;
            }
        }

        window.OutputGradient.CopyTo(_bptt.OutputGradient);
        _bptt.Backward();
        return first.Values.SequenceEqual(before) && (window.Values.Length == 0 || first.Values.SequenceEqual(window.Values)) ? -1 : 0;
    }

    private Range RangeBeyond(int layer, int steps)
    {
        int step = _bptt.Batch * model.Layers[layer].OutputSize;
        return (steps * step)..(_bptt.Steps * step);
    }

    private void Begin()
    {
        model.Parameters.ClearGradients();
        _bptt.ResetState();
        _bptt.WindowCount = 0;
    }

    private ReadOnlySpan<double> Feed(InspectedWindow window, int[] lengths) =>
        window.Tokens.Length > 0
            ? _bptt.ForwardTokens(window.Tokens, lengths, window.Steps)
            : _bptt.Forward(window.Values, lengths, window.Steps);

    private LayerInput<double> InputOf(InspectedWindow window) =>
        window.Tokens.Length > 0 ? new(window.Tokens, window.Steps) : _bptt.Unrolling.Last.Input;
}
