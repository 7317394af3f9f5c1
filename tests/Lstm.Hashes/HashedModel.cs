using System.Numerics;

namespace Lstm.Hashes;

/// <summary>A model of the report, and how it is unrolled.</summary>
/// <param name="Name">Names it in the report; no two have the same.</param>
/// <param name="Layers">Makes its layers anew.</param>
internal sealed record HashedModel<T>(string Name, Func<IReadOnlyList<Layer<T>>> Layers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong Seed = 11;
    private const double Shift = 0.1;

    /// <summary>The largest number of steps of a window.</summary>
    public int Steps { get; init; } = 8;

    /// <summary>The number of sequences.</summary>
    public int Batch { get; init; } = 5;

    /// <summary>Whether the input is token ids.</summary>
    public bool TakesTokens { get; init; }

    /// <summary>Truncation, segments and limits.</summary>
    public BpttOptions Options { get; init; } = new();

    /// <summary>Selects the parameters that are frozen.</summary>
    public Func<Parameter<T>, bool> IsFrozen { get; init; } = static _ => false;

    /// <summary>The numbers of threads, a line of the report for each.</summary>
    public int[] Threads { get; init; } = [1, 2];

    /// <summary>
    /// Makes the model and hashes its first values. All values are then moved a little, so that no peephole, shift or initial state is 0
    /// and no gain is 1.
    /// </summary>
    public Sequential<T> Create(Digest digest)
    {
        Sequential<T> model = new(Layers());
        model.Initialize(Seed);
        foreach (Parameter<T> parameter in model.Parameters)
        {
            digest.Add<T>(parameter.Value, $"first {parameter.Name}");
            parameter.IsFrozen = IsFrozen(parameter);
        }

        Span<T> values = model.Parameters.Values;
        T[] shifts = new Numbers(Seed).Draw<T>(values.Length, Shift);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] += shifts[k];
        }

        return model;
    }
}
