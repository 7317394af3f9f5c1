using System.Numerics;

namespace Lstm.PyTorch.Tests;

/// <summary>A module of PyTorch and the model that computes the same. The script reads the properties by their names.</summary>
public sealed record TorchCase(string Kind, int Input, int Hidden, bool IsDouble)
{
    private static readonly bool[] s_both = [true, false];

    private static readonly (int Input, int Hidden)[] s_sizes = [(3, 5), (8, 16)];

    public int Layers { get; init; } = 1;

    public bool Bidirectional { get; init; }

    public int Projection { get; init; }

    public bool Bias { get; init; } = true;

    public string Nonlinearity { get; init; } = "tanh";

    public bool IsCell { get; init; }

    /// <summary>Whether an embedding stands below, and a linear layer above.</summary>
    public bool IsModel { get; init; }

    public int EmbeddingSize { get; } = 4;

    public int Outputs { get; } = 3;

    public int Steps { get; } = 5;

    public int Batch { get; } = 3;

    public int Seed => 17 * Input + 5 * Hidden + Layers;

    public bool HasTokens => IsModel || Kind == "Embedding";

    public string Name => string.Join(
        '-',
        new[]
        {
            Kind + (IsCell ? "Cell" : ""), IsModel ? "model" : "", $"{Input}-{Hidden}", Layers > 1 ? $"layers{Layers}" : "",
            Bidirectional ? "both" : "", Projection > 0 ? $"projection{Projection}" : "", Kind == "RNN" ? Nonlinearity : "",
            Bias ? "" : "nobias", IsDouble ? "double" : "float",
        }.Where(part => part != ""));

    public static IReadOnlyList<TorchCase> All { get; } = [.. Everything()];

    /// <summary>Makes the layers; without values for biases that the module does not have.</summary>
    public Sequential<T> Model<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<Layer<T>> layers = [];
        if (IsModel)
        {
            layers.Add(new Embedding<T>(Input, EmbeddingSize));
        }

        for (int k = 0; k < Layers; k++)
        {
            int size = k > 0 ? layers[^1].OutputSize : IsModel ? EmbeddingSize : Input;
            layers.Add(Bidirectional ? new Bidirectional<T>(() => NewLayer<T>(size)) : NewLayer<T>(size));
        }

        if (IsModel)
        {
            layers.Add(new Dense<T>(layers[^1].OutputSize, Outputs));
        }

        Sequential<T> model = new(layers);
        foreach (Parameter<T> parameter in model.Parameters)
        {
            parameter.IsFrozen = !Bias && parameter.Name.Split('.')[^1] is "b" or "rb";
        }

        return model;
    }

    /// <summary>Names the layers of a model as the script does.</summary>
    public TorchModule<T>[] Modules<T>(Sequential<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsModel)
        {
            return [new("", [.. model.Layers]) { IsCell = IsCell, HasBias = Bias }];
        }

        TorchModule<T> recurrent = new("rnn", [.. model.Layers.Skip(1).SkipLast(1)]) { HasBias = Bias };
        return [new("embedding", model.Layers[0]), recurrent, new("head", model.Layers[^1])];
    }

    public override string ToString() => Name;

    private Layer<T> NewLayer<T>(int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return Kind switch
        {
            "LSTM" => new LstmLayer<T>(size, Hidden, new() { Projection = Projection }),
            "GRU" => new GruLayer<T>(size, Hidden),
            "RNN" => new RnnLayer<T>(size, Hidden, new() { Activation = Nonlinearity == "tanh" ? Activation.Tanh : Activation.Relu }),
            "Linear" => new Dense<T>(size, Hidden),
            _ => new Embedding<T>(size, Hidden),
        };
    }

    private static IEnumerable<TorchCase> Everything()
    {
        foreach (bool isDouble in s_both)
        {
            foreach ((int input, int hidden) in s_sizes)
            {
                TorchCase[] kinds = [.. Recurrent(input, hidden, isDouble)];
                foreach (bool bias in s_both)
                {
                    IEnumerable<TorchCase> stacks =
                        from kind in kinds
                        from layers in Enumerable.Range(1, 3)
                        from both in s_both
                        select kind with { Layers = layers, Bidirectional = both, Bias = bias };
                    foreach (TorchCase stack in stacks)
                    {
                        yield return stack;
                    }

                    foreach (TorchCase cell in kinds.Where(kind => kind.Projection == 0))
                    {
                        yield return cell with { IsCell = true, Bias = bias };
                    }

                    yield return new("Linear", input, hidden, isDouble) { Bias = bias };
                }

                yield return new("Embedding", input, hidden, isDouble);
            }

            foreach (TorchCase kind in Recurrent(9, 6, isDouble))
            {
                yield return kind with { IsModel = true, Layers = 2 };
                yield return kind with { IsModel = true, Bidirectional = true };
            }
        }
    }

    private static IEnumerable<TorchCase> Recurrent(int input, int hidden, bool isDouble) =>
    [
        new("LSTM", input, hidden, isDouble), new("LSTM", input, hidden, isDouble) { Projection = hidden / 2 },
        new("GRU", input, hidden, isDouble), new("RNN", input, hidden, isDouble),
        new("RNN", input, hidden, isDouble) { Nonlinearity = "relu" },
    ];
}
