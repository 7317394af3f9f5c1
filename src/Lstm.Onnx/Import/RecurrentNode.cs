namespace Lstm.Onnx;

/// <summary>A node LSTM, GRU or RNN, and the layer that it is.</summary>
internal sealed class RecurrentNode
{
    private const string Forward = "forward", Reverse = "reverse", Both = "bidirectional";

    private readonly OnnxNode _node;
    private readonly OnnxTensor _weights, _recurrent;
    private readonly OnnxTensor? _bias, _peepholes;
    private readonly float[]?[] _learned;
    private readonly string _direction;
    private readonly int _directions, _gates, _size, _inputs;
    private readonly List<Activation> _activations = [];

    /// <summary>Reads the attributes of a node, and checks them and the shapes of the tensors.</summary>
    /// <param name="node">The node.</param>
    /// <param name="weights">W.</param>
    /// <param name="recurrent">R.</param>
    /// <param name="bias">B, or null.</param>
    /// <param name="peepholes">P, or null.</param>
    /// <param name="learned">The trained initial states h and c; null for 0.</param>
    public RecurrentNode(
        OnnxNode node, OnnxTensor weights, OnnxTensor recurrent, OnnxTensor? bias, OnnxTensor? peepholes, float[]?[] learned)
    {
        (_node, _weights, _recurrent, _bias, _peepholes, _learned) = (node, weights, recurrent, bias, peepholes, learned);
        _direction = node.Text("direction", Forward);
        _directions = _direction switch
        {
            Forward or Reverse => 1,
            Both => 2,
            _ => throw node.Invalid($"has the unknown direction '{_direction}' (attribute 'direction')"),
        };
        if (node.Has("clip") || node.Int("layout", 0) != 0)
        {
            throw node.NotSupported($"has an attribute '{(node.Has("clip") ? "clip" : "layout")}', which no layer has");
        }

        _gates = node.Operation switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        (_size, _inputs) = recurrent.Shape is [_, _, long size] && weights.Shape is [_, _, long inputs]
            ? ((int)size, (int)inputs)
            : throw node.Invalid("has weights of other than three dimensions");
        CheckShape(weights, "W", _directions, (long)_gates * _size, _inputs);
        CheckShape(recurrent, "R", _directions, (long)_gates * _size, _size);
        CheckShape(bias, "B", _directions, 2L * _gates * _size);
        CheckShape(peepholes, "P", _directions, 3L * _size);
        if (node.Int("hidden_size", _size) != _size)
        {
            throw node.Invalid($"has R of {_size} units (attribute 'hidden_size' is {node.Int("hidden_size", _size)})");
        }

        foreach (float[]? state in learned)
        {
            if (state != null && state.Length != _directions * _size)
            {
                throw node.NotSupported($"starts from a state of {state.Length} numbers, which differ between sequences");
            }
        }

        ReadActivations();
    }

    private bool HasLearned => Array.Exists(_learned, state => state != null);

    /// <summary>Returns the layer with its numbers.</summary>
    public LayerStep ToStep()
    {
        if (_directions == 1)
        {
            return OneDirection(0, _direction == Reverse);
        }

        LayerStep forward = OneDirection(0, isReversed: false), backward = OneDirection(1, isReversed: true);
        return LayerStep.OfParts(new Bidirectional<float>(forward.Layer, backward.Layer), forward, backward);
    }

    private void CheckShape(OnnxTensor? tensor, string name, params ReadOnlySpan<long> shape)
    {
        if (tensor != null && !tensor.Shape.SequenceEqual(shape.ToArray()))
        {
            throw _node.Invalid(
                $"has {name} of the shape [{string.Join(',', tensor.Shape)}] in place of [{string.Join(',', shape.ToArray())}]");
        }
    }

    private void ReadActivations()
    {
        string[] defaults = _node.Operation switch
        {
            "LSTM" => ["Sigmoid", "Tanh", "Tanh"],
            "GRU" => ["Sigmoid", "Tanh"],
            _ => ["Tanh"],
        };
        string[] names = [.. _node.Texts("activations") ?? [.. defaults, .. _directions == 2 ? defaults : []]];
        if (names.Length != defaults.Length * _directions)
        {
            throw _node.Invalid($"has {names.Length} functions in place of {defaults.Length * _directions} (attribute 'activations')");
        }

        int affine = names.Count(name => name == "Affine");
        float[] slopes = [.. _node.Floats("activation_alpha") ?? []], constants = [.. _node.Floats("activation_beta") ?? []];
        if (affine > 0 && (slopes.Length != affine || !Array.TrueForAll(slopes, slope => slope == 1)
            || constants.Length != affine || !Array.TrueForAll(constants, constant => constant == 0)))
        {
            throw _node.NotSupported("has a function Affine that is not the identity (attributes 'activation_alpha', 'activation_beta')");
        }

        _activations.AddRange(names.Select(name => name switch
        {
            "Affine" => Activation.Identity,
            "Relu" => Activation.Relu,
            "Sigmoid" => Activation.Sigmoid,
            "Tanh" => Activation.Tanh,
            _ => throw _node.NotSupported($"has the function {name}, which no layer has (attribute 'activations')"),
        }));
    }

    private LayerStep OneDirection(int direction, bool isReversed) => _node.Operation switch
    {
        "LSTM" => Lstm(direction, isReversed),
        "GRU" => Gru(direction, isReversed),
        _ => Rnn(direction, isReversed),
    };

    private LayerStep Lstm(int direction, bool isReversed)
    {
        bool coupled = _node.Int("input_forget", 0) != 0;
        Check(_activations[3 * direction] == Activation.Sigmoid, "gates of another function than Sigmoid (attribute 'activations')");
        LstmLayer<float> layer = new(_inputs, _size, new()
        {
            Peepholes = _peepholes != null,
            CoupledGates = coupled,
            BlockActivation = _activations[3 * direction + 1],
            OutputActivation = _activations[3 * direction + 2],
            LearnInitialState = HasLearned,
        });

        // The operator has i o f g and, of peepholes, i o f.
        int[] order = coupled ? [0, 3, 1] : [0, 2, 3, 1], peepholeOrder = coupled ? [0, 1] : [0, 2, 1];
        List<(string Name, float[] Values)> values =
        [
            ("W", InOrder(_weights, direction, _inputs, order)),
            ("R", InOrder(_recurrent, direction, _size, order)),
            ("b", SumOfBiases(direction, order)),
            .. Learned(direction),
        ];
        if (_peepholes != null)
        {
            values.Add(("p", InOrder(_peepholes, direction, 1, peepholeOrder)));
        }

        return LayerStep.Of(layer, isReversed, values);
    }

    private LayerStep Gru(int direction, bool isReversed)
    {
        bool after = _node.Int("linear_before_reset", 0) != 0;
        Check(
            _activations[2 * direction] == Activation.Sigmoid && _activations[2 * direction + 1] == Activation.Tanh,
            "other functions than Sigmoid and Tanh (attribute 'activations')");
        GruLayer<float> layer = new(_inputs, _size, new() { ResetAfter = after, LearnInitialState = HasLearned });

        // The operator has z r n.
        int[] order = [1, 0, 2];
        float[] bias = SumOfBiases(direction, order);
        List<(string Name, float[] Values)> values =
        [
            ("W", InOrder(_weights, direction, _inputs, order)),
            ("R", InOrder(_recurrent, direction, _size, order)),
            ("b", bias),
            .. Learned(direction),
        ];
        if (after)
        {
            // The biases of n stay apart: the reset gate multiplies that of R_n h'.
            float[] biases = Part(_bias, direction, 6 * _size);
            biases.AsSpan(2 * _size, _size).CopyTo(bias.AsSpan(2 * _size));
            values.Add(("rb", biases[(5 * _size)..]));
        }

        return LayerStep.Of(layer, isReversed, values);
    }

    private LayerStep Rnn(int direction, bool isReversed)
    {
        RnnLayer<float> layer = new(_inputs, _size, new() { Activation = _activations[direction], LearnInitialState = HasLearned });
        return LayerStep.Of(
            layer,
            isReversed,
            [
                ("W", InOrder(_weights, direction, _inputs, 0)),
                ("R", InOrder(_recurrent, direction, _size, 0)),
                ("b", SumOfBiases(direction, 0)),
                .. Learned(direction),
            ]);
    }

    private void Check(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw _node.NotSupported($"has {otherwise}");
        }
    }

    private List<(string Name, float[] Values)> Learned(int direction)
    {
        string[] names = ["h0", "c0"];
        return HasLearned
            ? [.. _learned.Select((state, k) => (names[k], state is null ? new float[_size] : state[(direction * _size)..][.._size]))]
            : [];
    }

    /// <summary>Returns the rows of some gates of a direction, in an order of them.</summary>
    private float[] InOrder(OnnxTensor tensor, int direction, int columns, params ReadOnlySpan<int> order) =>
        InOrder(Part(tensor, direction, tensor.Length / _directions), columns, order);

    private float[] InOrder(ReadOnlySpan<float> values, int columns, ReadOnlySpan<int> order)
    {
        int block = _size * columns;
        float[] result = new float[order.Length * block];
        for (int k = 0; k < order.Length; k++)
        {
            values.Slice(order[k] * block, block).CopyTo(result.AsSpan(k * block));
        }

        return result;
    }

    /// <summary>Returns the sum of the biases of W x and R h'.</summary>
    private float[] SumOfBiases(int direction, params ReadOnlySpan<int> order)
    {
        float[] biases = Part(_bias, direction, 2 * _gates * _size);
        float[] sums = new float[_gates * _size];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = biases[i] + biases[sums.Length + i];
        }

        return InOrder(sums, 1, order);
    }

    private static float[] Part(OnnxTensor? tensor, int direction, int length) =>
        tensor is null ? new float[length] : tensor.Floats!.AsSpan(direction * length, length).ToArray();
}
