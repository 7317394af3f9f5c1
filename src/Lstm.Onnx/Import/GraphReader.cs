namespace Lstm.Onnx;

/// <summary>Goes through the nodes of a graph, and finds the layers that they are.</summary>
internal sealed class GraphReader
{
    // A reference is as long as two numbers of 32 bits.
    private const int NumbersPerLayer = 2, FreeNumbers = 1 << 18;

    private readonly OnnxFile _file;
    private readonly Dictionary<string, GraphValue> _values = [];
    private bool? _isExchanged;
    private long _left;             // how many numbers may still be copied

    /// <param name="file">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    public GraphReader(OnnxFile file, long length)
    {
        _file = file;
        _left = length + FreeNumbers;
        foreach (OnnxTensor constant in file.Constants)
        {
            _values[constant.Name] = new ConstantValue(constant);
        }

        bool isFirst = true;
        foreach (GraphInput input in file.Inputs)
        {
            bool isInteger = input.Type is ElementType.Int64 or ElementType.Int32;
            _values[input.Name] = isFirst ? new SequenceValue([], isInteger) : isInteger ? new SideValue() : new StateValue(null);
            isFirst = false;
        }
    }

    public Sequential<float> ToModel()
    {
        if (_file.Nodes.FirstOrDefault(node => node.Operation is "Scan" or "Loop" or "If") is OnnxNode nested)
        {
            throw nested.NotSupported("computes by a graph of its own, which is not read");
        }

        foreach (OnnxNode node in _file.Nodes)
        {
            Read(node);
        }

        string output = _file.Outputs.Count > 0 ? _file.Outputs[0].Name : throw new InvalidDataException("The graph has no output.");
        if (!_values.TryGetValue(output, out GraphValue? value))
        {
            throw new InvalidDataException($"No node gives the output '{output}'.");
        }

        if (value is not SequenceValue { Layout: SequenceLayout.Plain, IsExchanged: false } sequence)
        {
            throw new NotSupportedException(
                $"The output '{output}' is not the output of a layer at every step, in the order of the input.");
        }

        if (sequence.Steps.Count == 0)
        {
            throw new NotSupportedException($"The output '{output}' is the input: the graph has no layer.");
        }

        return Fill(sequence);
    }

    private static Sequential<float> Fill(SequenceValue sequence)
    {
        if (sequence.Steps.Any(step => step.IsReversed))
        {
            throw new NotSupportedException(
                "A layer reads sequences from their end alone: only a layer of two directions can do that here.");
        }

        Sequential<float> model = Built(() => new Sequential<float>([.. sequence.Steps.Select(step => step.Layer)]), "The graph");
        foreach ((Parameter<float> parameter, float[] values) in sequence.Steps.SelectMany(step => step.Values))
        {
            values.CopyTo(parameter.Value);
        }

        return model;
    }

    private static TResult Built<TResult>(Func<TResult> build, string what)
    {
        try
        {
            return build();
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{what} has sizes that do not fit: {error.Message}", error);
        }
    }

    private void Read(OnnxNode node)
    {
        if (node.Outputs.Count == 0)
        {
            throw node.Invalid("has no output");
        }

        GraphValue[] results = node.Operation is "LSTM" or "GRU" or "RNN"
            ? [AddRecurrent(node), new SideValue()]
            : [Result(node)];
        for (int k = 0; k < node.Outputs.Count; k++)
        {
            // An output that nobody wants has an empty name.
            if (node.Outputs[k].Length > 0)
            {
                GraphValue value = results[Math.Min(k, results.Length - 1)];
                Charge(node, value is SequenceValue { Steps.Count: int layers } ? NumbersPerLayer * layers : 0);
                _values[node.Outputs[k]] = value;
            }
        }
    }

    private GraphValue Result(OnnxNode node) => node.Operation switch
    {
        "Constant" => Constant(node),
        "Identity" or "Dropout" => Input(node, 0),
        "MatMul" => Product(node, Sequence(node, 0), Floats(node, 1), isTransposed: false),
        "Gemm" => Gemm(node),
        "Add" => Sum(node),
        "Gather" => Gather(node),
        "OneHot" when Input(node, 0) is SequenceValue { IsTokens: true } tokens => OneHot(node, tokens),
        "Transpose" => Transpose(node),
        "Squeeze" when Input(node, 0) is SequenceValue sequence => Squeeze(node, sequence),
        "Reshape" when Input(node, 0) is SequenceValue sequence => Reshape(node, sequence),
        "Concat" when Input(node, 0) is SequenceValue sequence => TwoDirections(node, sequence, Sequence(node, 1)),
        "Where" => Masked(node),
        "Expand" => Repeated(node),
        "ConstantOfShape" => node.Tensor("value") is { Floats: [not 0] }
            ? throw node.NotSupported("gives numbers other than 0 (attribute 'value')")
            : new StateValue(null),
        "Unsqueeze" or "Squeeze" or "Slice" when Input(node, 0) is StateValue { Learned: null } => new StateValue(null),
        "Unsqueeze" when Input(node, 0) is StateValue state => state,
        "Cast" when Input(node, 0) is SequenceValue { IsTokens: true } tokens => tokens,
        "Shape" => new SideValue(),
        "Slice" or "Range" or "Less" or "Greater" or "Cast" or "Mul" or "Concat" or "Unsqueeze" or "Squeeze" or "Reshape"
            when AllAreBeside(node) => new SideValue(),
        _ => throw node.NotSupported("is no layer of this library, nor a part of one"),
    };

    private GraphValue Input(OnnxNode node, int position) => _values.TryGetValue(node.Input(position), out GraphValue? value)
        ? value
        : throw node.Invalid($"reads '{node.Input(position)}', which nothing before it gives");

    private SequenceValue Sequence(OnnxNode node, int position) => Input(node, position) is SequenceValue sequence
        ? sequence
        : throw node.NotSupported($"does not read the output of a layer as its input {position}");

    private OnnxTensor Floats(OnnxNode node, int position)
    {
        if (Input(node, position) is not ConstantValue { Tensor: { Floats: not null } tensor })
        {
            throw node.NotSupported($"has an input {position}, '{node.Input(position)}', that is no constant of 32-bit numbers");
        }

        Charge(node, tensor.Length);
        return tensor;
    }

    /// <summary>
    /// Counts numbers that are about to be copied: a small file may use one constant, or a long chain of layers, many times.
    /// </summary>
    /// <exception cref="InvalidDataException">They are too many for the length of the file.</exception>
    private void Charge(OnnxNode node, long numbers)
    {
        _left -= numbers;
        if (_left < 0)
        {
            throw node.Invalid("uses constants or layers more often than the length of the file allows");
        }
    }

    private long[] Integers(OnnxNode node, int position, string attribute) =>
        node.Ints(attribute) is IReadOnlyList<long> list ? [.. list]
        : node.Input(position).Length > 0 && Input(node, position) is ConstantValue { Tensor.Integers: long[] values } ? values
        : throw node.NotSupported($"has no constant '{attribute}'");

    private bool AllAreBeside(OnnxNode node) => node.Inputs.All(
        name => name.Length == 0 || (_values.TryGetValue(name, out GraphValue? value) && value is SideValue or ConstantValue));

    private static ConstantValue Constant(OnnxNode node)
    {
        OnnxTensor tensor = node.Tensor("value")
            ?? (node.Has("value_float") ? OnnxTensor.OfFloats("", [node.Float("value_float", 0)], isScalar: true)
                : node.Has("value_int") ? OnnxTensor.OfIntegers("", [node.Int("value_int", 0)], isScalar: true)
                : node.Floats("value_floats") is { Count: > 0 } floats ? OnnxTensor.OfFloats("", [.. floats])
                : node.Ints("value_ints") is IReadOnlyList<long> integers ? OnnxTensor.OfIntegers("", [.. integers])
                : throw node.NotSupported("has no value that is known"));
        return new ConstantValue(tensor);
    }

    private SequenceValue AddRecurrent(OnnxNode node)
    {
        SequenceValue input = Sequence(node, 0);
        CheckPlain(node, input);
        if (input.IsExchanged != (_isExchanged ??= input.IsExchanged))
        {
            throw node.NotSupported("goes along another axis than the recurrent nodes before it");
        }

        int stateInputs = node.Operation == "LSTM" ? 2 : 1;
        float[]?[] learned = new float[]?[stateInputs];
        for (int k = 0; k < stateInputs; k++)
        {
            learned[k] = node.Input(5 + k).Length == 0 ? null : Input(node, 5 + k) switch
            {
                StateValue state => state.Learned,
                ConstantValue { Tensor.Floats: float[] values } when Array.TrueForAll(values, value => value == 0) => null,
                _ => throw node.NotSupported($"starts from '{node.Input(5 + k)}', which is neither given, nor 0, nor a trained state"),
            };
        }

        if (node.Input(4).Length > 0 && Input(node, 4) is not SideValue)
        {
            throw node.NotSupported($"has the lengths '{node.Input(4)}', which the graph is not given");
        }

        OnnxTensor? Optional(int position) => node.Input(position).Length == 0 ? null : Floats(node, position);
        RecurrentNode recurrent = new(node, Floats(node, 1), Floats(node, 2), Optional(3), Optional(7), learned);
        LayerStep step = Built(recurrent.ToStep, $"The node {node}");
        return input.After(step) with { Layout = SequenceLayout.Operator };
    }

    private static SequenceValue Product(OnnxNode node, SequenceValue x, OnnxTensor weights, bool isTransposed)
    {
        CheckPlain(node, x);
        if (weights.Shape.Count != 2 || weights.Length == 0 || x.IsTokens)
        {
            throw node.NotSupported("is no product of vectors with a matrix that has numbers");
        }

        int rows = (int)weights.Shape[0], columns = (int)weights.Shape[1];
        (int inputs, int outputs) = isTransposed ? (columns, rows) : (rows, columns);
        float[] values = isTransposed ? weights.Floats! : Matrix.Transpose(weights.Floats!, rows);
        return x.After(Dense(node, inputs, outputs, values, bias: null));
    }

    private static LayerStep Dense(OnnxNode node, int inputs, int outputs, float[] weights, float[]? bias)
    {
        Dense<float> layer = Built(() => new Dense<float>(inputs, outputs), $"The node {node}");
        return bias is null ? LayerStep.Of(layer, false, ("W", weights)) : LayerStep.Of(layer, false, ("W", weights), ("b", bias));
    }

    private SequenceValue Gemm(OnnxNode node)
    {
        foreach (string factor in (string[])["alpha", "beta"])
        {
            if (node.Float(factor, 1) != 1)
            {
                throw node.NotSupported($"has an '{factor}' other than 1");
            }
        }

        if (node.Int("transA", 0) != 0)
        {
            throw node.NotSupported("turns its input around (attribute 'transA')");
        }

        SequenceValue product = Product(node, Sequence(node, 0), Floats(node, 1), node.Int("transB", 0) != 0);
        return node.Input(2).Length == 0 ? product : WithBias(node, product, Floats(node, 2));
    }

    private SequenceValue Sum(OnnxNode node) => (Input(node, 0), Input(node, 1)) switch
    {
        (SequenceValue x, ConstantValue) => WithBias(node, x, Floats(node, 1)),
        (ConstantValue, SequenceValue x) => WithBias(node, x, Floats(node, 0)),
        (SequenceValue a, SequenceValue b) => Residual(node, a, b),
        _ => throw node.NotSupported("adds neither a bias to a product nor the input of layers to their output"),
    };

    private static SequenceValue WithBias(OnnxNode node, SequenceValue x, OnnxTensor bias)
    {
        LayerStep? last = x.Steps.Count == 0 ? null : x.Steps[^1];
        if (x.Layout != SequenceLayout.Plain || bias.Length != last?.Layer.OutputSize || last.Values.Count != 1
            || bias.Shape.Count == 0 || bias.Shape[^1] != bias.Length)
        {
            throw node.NotSupported("adds a constant to something other than a product that has none yet");
        }

        float[] values = last.Values[0].Values;
        return last.Layer switch
        {
            Dense<float> dense => x.After(x.Steps.Count - 1, Dense(node, dense.InputSize, dense.OutputSize, values, bias.Floats)),

            // The columns of W, which token ids choose.
            Embedding<float> table => x.After(
                x.Steps.Count - 1,
                Dense(node, table.InputSize, table.OutputSize, Matrix.Transpose(values, table.InputSize), bias.Floats)),
            _ => throw node.NotSupported("adds a constant to something other than a product"),
        };
    }

    private static SequenceValue Residual(OnnxNode node, SequenceValue a, SequenceValue b)
    {
        (SequenceValue x, SequenceValue y) = a.Steps.Count <= b.Steps.Count ? (a, b) : (b, a);
        LayerStep[] inner = [.. y.Steps.Skip(x.Steps.Count)];
        if (x.SharedSteps(y) != x.Steps.Count || inner.Length == 0 || x.Layout != SequenceLayout.Plain
            || y.Layout != SequenceLayout.Plain || x.IsExchanged != y.IsExchanged || inner.Any(step => step.IsReversed))
        {
            throw node.NotSupported("adds two values of which neither is the input of the layers to the other");
        }

        Residual<float> layer = Built(() => new Residual<float>([.. inner.Select(step => step.Layer)]), $"The node {node}");
        return y.After(x.Steps.Count, LayerStep.OfParts(layer, inner));
    }

    private GraphValue Gather(OnnxNode node)
    {
        if (AllAreBeside(node))
        {
            return new SideValue();
        }

        if (node.Int("axis", 0) != 0 || Input(node, 1) is not SequenceValue { IsTokens: true } tokens)
        {
            throw node.NotSupported("gathers something other than rows by token ids");
        }

        OnnxTensor table = Floats(node, 0);
        if (table.Shape.Count != 2)
        {
            throw node.NotSupported("gathers from something other than a matrix");
        }

        Embedding<float> layer = Built(
            () => new Embedding<float>((int)table.Shape[0], (int)table.Shape[1]), $"The node {node}");
        return tokens.After(LayerStep.Of(layer, false, ("E", table.Floats!)));
    }

    /// <summary>Token ids stand for one-hot vectors in a recurrent layer, so these stay ids.</summary>
    private SequenceValue OneHot(OnnxNode node, SequenceValue tokens)
    {
        float[] values = Floats(node, 2).Floats!;
        return node.Int("axis", -1) is -1 or 2 && values is [0, 1]
            ? tokens
            : throw node.NotSupported("makes other vectors than those of a 1 among zeros, along the last axis");
    }

    private GraphValue Transpose(OnnxNode node)
    {
        IReadOnlyList<long> axes = node.Ints("perm") ?? [];
        return Input(node, 0) switch
        {
            SequenceValue { Layout: SequenceLayout.Plain } x when axes is [1, 0, 2] or [1, 0] => x with { IsExchanged = !x.IsExchanged },
            SequenceValue { Layout: SequenceLayout.Operator } x when axes is [0, 2, 1, 3] => x with { Layout = SequenceLayout.Turned },
            ConstantValue { Tensor: { Floats: float[] values, Shape: [> 0 and long rows, > 0] } } when axes is [1, 0] =>
                new ConstantValue(OnnxTensor.OfMatrix(Matrix.Transpose(values, (int)rows), values.Length / (int)rows, (int)rows)),
            _ => throw node.NotSupported($"exchanges axes in a way that is not known (attribute 'perm' is [{string.Join(',', axes)}])"),
        };
    }

    private SequenceValue Squeeze(OnnxNode node, SequenceValue x)
    {
        long[] axes = Integers(node, 1, "axes");
        bool fits = x.Layout switch
        {
            SequenceLayout.Operator => axes is [1],
            SequenceLayout.Turned => axes is [2],
            _ => false,
        };
        return fits && x.Steps[^1].Layer is not Bidirectional<float>
            ? x with { Layout = SequenceLayout.Plain }
            : throw node.NotSupported("takes away another axis than that of one direction (attribute 'axes')");
    }

    private SequenceValue Reshape(OnnxNode node, SequenceValue x)
    {
        long[] shape = Integers(node, 1, "shape");
        int size = x.Steps.Count == 0 ? 0 : x.Steps[^1].Layer.OutputSize;
        return x.Layout == SequenceLayout.Turned && shape is [0, 0, long last] && (last == -1 || last == size)
            ? x with { Layout = SequenceLayout.Plain }
            : throw node.NotSupported($"gives the shape [{string.Join(',', shape)}] to something other than two directions");
    }

    private static SequenceValue TwoDirections(OnnxNode node, SequenceValue forward, SequenceValue backward)
    {
        int shared = forward.SharedSteps(backward);
        bool fits = node.Inputs.Count == 2 && forward.Steps.Count == shared + 1 && backward.Steps.Count == shared + 1
            && forward.Layout == SequenceLayout.Plain && backward.Layout == SequenceLayout.Plain
            && forward.IsExchanged == backward.IsExchanged && node.Int("axis", 0) is -1 or 2;

        // What looks at one step alone is the same in both directions.
        if (!fits || forward.Steps[^1].IsReversed
            || !(backward.Steps[^1].IsReversed || backward.Steps[^1].Layer is Dense<float> or Embedding<float>))
        {
            throw node.NotSupported("joins something other than a forward direction with a backward one, along the last axis");
        }

        Bidirectional<float> layer = Built(
            () => new Bidirectional<float>(forward.Steps[^1].Layer, backward.Steps[^1].Layer), $"The node {node}");
        return forward.After(shared, LayerStep.OfParts(layer, forward.Steps[^1], backward.Steps[^1]));
    }

    /// <summary>Reads what is 0, or the initial state, where sequences have no steps: the model does that by itself.</summary>
    private GraphValue Masked(OnnxNode node) => (Input(node, 0), Input(node, 1), Input(node, 2)) switch
    {
        (SideValue, SequenceValue x, ConstantValue { Tensor: { Floats: [0] } or { Integers: [0] } }) => x,
        (SideValue, SideValue, StateValue) => new SideValue(),
        _ => throw node.NotSupported("chooses between values that are not an output and 0"),
    };

    private StateValue Repeated(OnnxNode node) => Input(node, 0) switch
    {
        StateValue state => state,
        ConstantValue { Tensor.Floats: float[] values } => new StateValue(Array.TrueForAll(values, value => value == 0) ? null : values),
        _ => throw node.NotSupported("repeats something other than a state"),
    };

    private static void CheckPlain(OnnxNode node, SequenceValue x)
    {
        if (x.Layout != SequenceLayout.Plain)
        {
            throw node.NotSupported("reads a recurrent layer with an axis of directions");
        }
    }
}
