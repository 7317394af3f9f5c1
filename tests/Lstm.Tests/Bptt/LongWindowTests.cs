namespace Lstm.Tests.Bptt;

/// <summary>Windows of more steps than a part of the sums over them has.</summary>
public sealed class LongWindowTests
{
    private const int Steps = 300;
    private const int Batch = 5;
    private const int Inputs = 3;
    private const int Size = 4;

    private static readonly int[] s_lengths = [Steps, 0, 257, 16, 33];

    public static TheoryData<string> Layers() => ["lstm", "lstm, layer norm", "gru", "rnn", "dense", "embedding"];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradients_are_the_sum_of_those_of_every_sequence_alone(string kind)
    {
        Sequential<double> model = new(Create<double>(kind));
        model.Initialize(5);
        for (int b = 0; b < Batch; b++)
        {
            if (s_lengths[b] > 0)
            {
                Run(model, kind, [b], s_lengths[b], threads: 1);
            }
        }

        double[] expected = model.Parameters.Gradients.ToArray();
        model.Parameters.ClearGradients();
        Run(model, kind, [.. Enumerable.Range(0, Batch)], Steps, threads: 2);

        Numbers.ShouldAgree(model.Parameters.Gradients, expected, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradients_are_the_same_bits_for_any_number_of_threads(string kind)
    {
        float[][] gradients = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            Sequential<float> model = new(Create<float>(kind));
            model.Initialize(5);
            Run(model, kind, [.. Enumerable.Range(0, Batch)], Steps, threads);
            return model.Parameters.Gradients.ToArray();
        })];

        gradients[1].Should().Equal(gradients[0]);
        gradients[2].Should().Equal(gradients[0]);
    }

    /// <summary>A pass there and back over some sequences, with a gradient at every output and a limit that changes nothing.</summary>
    private static void Run<T>(Sequential<T> model, string kind, int[] sequences, int steps, int threads)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Bptt<T> bptt = new(model, steps, sequences.Length, new() { Threads = threads, StepClipping = new() { PreActivationNorm = 1e9 } });
        int[] lengths = Array.ConvertAll(sequences, b => Math.Min(steps, s_lengths[b]));
        double[] values = Columns(Numbers.Random(Steps * Batch * Inputs), Inputs, sequences, steps);
        if (kind == "embedding")
        {
            double[] choices = Columns(Numbers.Random(Steps * Batch), 1, sequences, steps);
            bptt.ForwardTokens(Array.ConvertAll(choices, choice => choice > 0 ? 2 : 0), lengths);
        }
        else
        {
            bptt.Forward(Array.ConvertAll(values, T.CreateTruncating), lengths);
        }

        double[] gradient = Columns(Numbers.Random(Steps * Batch * Size, seed: 9), Size, sequences, steps);
        for (int row = 0; row < steps * sequences.Length; row++)
        {
            if (row / sequences.Length >= lengths[row % sequences.Length])
            {
                gradient.AsSpan(row * Size, Size).Clear();
            }
        }

        Array.ConvertAll(gradient, T.CreateTruncating).CopyTo(bptt.OutputGradient);
        bptt.Backward();
    }

    /// <summary>[steps, some sequences, width] of [Steps, Batch, width].</summary>
    private static double[] Columns(double[] values, int width, int[] sequences, int steps) =>
    [
        .. Enumerable.Range(0, steps).SelectMany(t => sequences.SelectMany(b => values.Skip((t * Batch + b) * width).Take(width))),
    ];

    private static Layer<T> Create<T>(string kind)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => kind switch
        {
            "lstm" => new LstmLayer<T>(Inputs, Size, new() { Peepholes = true }),
            "lstm, layer norm" => new LstmLayer<T>(Inputs, Size, new() { LayerNorm = LayerNormOptions.Seq2SeqSharp }),
            "gru" => new GruLayer<T>(Inputs, Size, new() { ResetAfter = true }),
            "rnn" => new RnnLayer<T>(Inputs, Size),
            "dense" => new Dense<T>(Inputs, Size),
            _ => new Embedding<T>(Inputs, Size),
        };
}
