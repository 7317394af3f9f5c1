using System.Numerics;

namespace Lstm.Tests.Conformance;

/// <summary>
/// A layer over one window, with a loss at every step, whose numbers are drawn alike for every precision, and by exactness.py. Every
/// number is one of float.
/// </summary>
/// <param name="Kind">The layer.</param>
/// <param name="Input">I, or the number of token ids.</param>
/// <param name="Size">H.</param>
/// <param name="Steps">T.</param>
/// <param name="Batch">B.</param>
/// <param name="Seed">What the numbers are drawn by.</param>
internal sealed record ExactnessCase(string Kind, int Input, int Size, int Steps, int Batch, int Seed)
{
    /// <summary>A cell whose errors grow with every step.</summary>
    public const string Chaotic = "lstm, Ba, coupled, clipped";

    /// <summary>With gains around 1, a normalised cell is chaotic: a rounding error grows with every step.</summary>
    private float Gain => Kind == Chaotic ? 1 : 0.25f;

    /// <summary>The output and all gradients of the parameters, by name.</summary>
    public Dictionary<string, double[]> Run<T>(int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new(Create<T>());
        foreach (Parameter<T> parameter in model.Parameters)
        {
            string name = NameOf(parameter);
            float around = name.StartsWith("gain", StringComparison.Ordinal) ? Gain : 0, scale = 1 / MathF.Sqrt(Size);
            Draw(name, parameter.Length, value => T.CreateTruncating(around + scale * value)).CopyTo(parameter.Value);
        }

        Bptt<T> bptt = new(model, Steps, Batch, new() { Threads = threads });
        int rows = Steps * Batch;
        ReadOnlySpan<T> y = Kind.EndsWith("tokens", StringComparison.Ordinal)
            ? bptt.ForwardTokens(Draw("x", rows, value => (int)((value + 1) / 2 * Input)))
            : bptt.Forward(Draw("x", rows * Input, T.CreateTruncating));
        Dictionary<string, double[]> results = new() { ["y"] = Convert(y) };
        Draw("dy", rows * Size, T.CreateTruncating).CopyTo(bptt.OutputGradient);
        bptt.Backward();
        foreach (Parameter<T> parameter in model.Parameters)
        {
            results.Add(NameOf(parameter), Convert<T>(parameter.Gradient));
        }

        return results;
    }

    /// <summary>The largest difference of each tensor between float and double, in parts of its largest element.</summary>
    public Dictionary<string, double> Errors()
    {
        Dictionary<string, double[]> single = Run<float>(), real = Run<double>();
        return real.ToDictionary(tensor => tensor.Key, tensor => Error(single[tensor.Key], tensor.Value));
    }

    private static double Error(double[] actual, double[] expected) =>
        actual.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);

    private Layer<T> Create<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Kind switch
        {
            "lstm" or "lstm of tokens" => new LstmLayer<T>(Input, Size),
            "lstm, peephole" => new LstmLayer<T>(Input, Size, new() { Peepholes = true }),
            "lstm, layer norm" => new LstmLayer<T>(Input, Size, new() { LayerNorm = new() }),
            Chaotic => new LstmLayer<T>(Input, Size, new() { LayerNorm = LayerNormOptions.Ba, CoupledGates = true, CellClip = 0.1 }),
            "gru" => new GruLayer<T>(Input, Size, new() { ResetAfter = true }),
            "rnn" => new RnnLayer<T>(Input, Size),
            "dense" => new Dense<T>(Input, Size),
            "embedding of tokens" => new Embedding<T>(Input, Size),
            _ => throw new InvalidOperationException($"There is no case '{Kind}'."),
        };

    private static string NameOf<T>(Parameter<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => parameter.Name[(parameter.Name.LastIndexOf('.') + 1)..];

    private static double[] Convert<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values.ToArray(), double.CreateTruncating);

    /// <summary>
    /// Numbers in [-1, 1) of 24 bits: the generator of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
    /// </summary>
    private TResult[] Draw<TResult>(string tensor, int length, Func<float, TResult> convert)
    {
        uint key = 2166136261;
        foreach (char letter in $"{Seed}/{Kind}/{tensor}")
        {
            key = (key ^ letter) * 16777619;
        }

        TResult[] values = new TResult[length];
        for (int k = 0; k < length; k++)
        {
            ulong z = ((ulong)key << 32 | (uint)k) * 0x9E3779B97F4A7C15;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
            z = (z ^ z >> 27) * 0x94D049BB133111EB;
            values[k] = convert(((z ^ z >> 31) >> 40) / (float)(1 << 23) - 1);
        }

        return values;
    }
}
