using System.Numerics;

namespace Lstm;

/// <summary>The input of a layer for one window: vectors, or token ids that stand for one-hot vectors.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly ref struct LayerInput<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal LayerInput(ReadOnlySpan<T> values, int steps)
    {
        Values = values;
        Steps = steps;
    }

    internal LayerInput(ReadOnlySpan<int> tokens, int steps)
    {
        Tokens = tokens;
        Steps = steps;
        IsTokens = true;
    }

    /// <summary>The steps of this window, at most as many as the pass has room for.</summary>
    public int Steps { get; }

    /// <summary>Whether the input is <see cref="Tokens"/>.</summary>
    public bool IsTokens { get; }

    /// <summary>[steps, batch, inputSize], or empty.</summary>
    public ReadOnlySpan<T> Values { get; }

    /// <summary>[steps, batch] ids in [0, inputSize), or empty.</summary>
    public ReadOnlySpan<int> Tokens { get; }
}
