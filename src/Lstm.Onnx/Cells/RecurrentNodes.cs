namespace Lstm.Onnx;

/// <summary>One recurrent layer within the graph: its place, its parameters and its states.</summary>
internal sealed class RecurrentNodes(WindowNodes window, Sequential<float> model, Cell<float> cell, string path, bool isReversed)
{
    public WindowNodes Window { get; } = window;

    public OnnxGraph Graph => Window.Graph;

    public Cell<float> Cell { get; } = cell;

    /// <summary>The name of the layer, as in those of its parameters.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the layer reads each sequence from its last step to its first.</summary>
    public bool IsReversed { get; } = isReversed;

    public ReadOnlySpan<float> Read(string parameter) => model.Parameters[$"{Path}.{parameter}"].Current;

    /// <summary>Adds a constant of some numbers of this layer.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Graph.Constant($"{Path}.{name}", values, shape);

    /// <summary>Adds a vector parameter as a constant.</summary>
    public string Vector(string parameter)
    {
        ReadOnlySpan<float> values = Read(parameter);
        return Constant(parameter, values, values.Length);
    }

    /// <summary>Adds a matrix parameter of some rows as a constant, with its columns as rows.</summary>
    public string Transposed(string parameter, int rows)
    {
        ReadOnlySpan<float> values = Read(parameter);
        return Constant(parameter, Matrix.Transpose(values, rows), values.Length / rows, rows);
    }

    /// <summary>
    /// Returns the rows of a parameter gate by gate in the order of <paramref name="gates"/>; those of a gate that the cell does not have
    /// are 0.
    /// </summary>
    public float[] InOrder(string parameter, int columns, params ReadOnlySpan<string> gates)
    {
        ReadOnlySpan<float> values = Read(parameter);
        int block = Cell.HiddenSize * columns;
        float[] result = new float[gates.Length * block];
        for (int k = 0; k < gates.Length; k++)
        {
            string name = gates[k];
            if (Cell.Gates.FirstOrDefault(gate => gate.Name == name) is Gate found)
            {
                values.Slice(found.FirstColumn * columns, block).CopyTo(result.AsSpan(k * block));
            }
        }

        return result;
    }

    /// <summary>Adds W x, [T,B,columns of all gates]; token ids stand for one-hot vectors.</summary>
    public string InputProduct(string input, bool isTokens)
    {
        string weights = Transposed("W", Cell.GateSize);
        return isTokens
            ? Graph.Node("Gather", [weights, input], OnnxAttribute.Int("axis", 0))
            : Graph.Product(input, weights);
    }

    /// <summary>Adds the one-hot vectors [T,B,I] of token ids [T,B].</summary>
    public string OneHot(string tokens) => Graph.Node(
        "OneHot",
        [tokens, Graph.Integer(Cell.InputSize), Constant("one-hot", [0, 1], 2)],
        OnnxAttribute.Int("axis", -1));

    /// <summary>Adds the state that sequences start from, [B,size]; the name is empty where that is 0.</summary>
    public string InitialState(StateBlock state) =>
        Window.InitialState($"{Path}.{state.Name}", state.Size, state.IsLearned ? Read($"{state.Name}0") : default);

    /// <summary>Takes the state after the last steps, [B,size], as an output of the graph if that is asked for.</summary>
    public void FinalState(StateBlock state, string value)
    {
        if (Window.HasStates)
        {
            Window.AddFinalState($"{Path}.{state.Name}", value, state.Size);
        }
    }
}
