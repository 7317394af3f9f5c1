using System.Numerics;

namespace Lstm;

/// <summary>The input of a layer for one window: vectors, or token ids that stand for one-hot vectors.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly struct LayerInput<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlyMemory<T> _values;
    private readonly ReadOnlyMemory<int> _tokens;

    /// <summary>Creates an input of vectors, as a layer gives them to a part of it.</summary>
    /// <param name="values">[steps, batch, inputSize].</param>
    /// <param name="steps">The number of steps of the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
    public LayerInput(ReadOnlyMemory<T> values, int steps)
    {
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        _values = values;
        Steps = steps;
    }

    /// <summary>Creates an input of token ids, as a layer gives them to a part of it.</summary>
    /// <param name="tokens">[steps, batch] ids in [0, inputSize).</param>
    /// <param name="steps">The number of steps of the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
    public LayerInput(ReadOnlyMemory<int> tokens, int steps)
    {
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        _tokens = tokens;
        Steps = steps;
        IsTokens = true;
    }

    internal LayerInput<T> Range(int firstStep, int steps)
    {
        int values = _values.Length / Steps, tokens = _tokens.Length / Steps;
        return IsTokens
            ? new(_tokens.Slice(firstStep * tokens, steps * tokens), steps)
            : new(_values.Slice(firstStep * values, steps * values), steps);
    }

    /// <summary>The number of steps of this window, at most as many as the pass has room for.</summary>
    public int Steps { get; }

    /// <summary>Whether the input is <see cref="Tokens"/>.</summary>
    public bool IsTokens { get; }

    /// <summary>The vectors [steps, batch, inputSize], or empty.</summary>
    public ReadOnlySpan<T> Values => _values.Span;

    /// <summary>The token ids [steps, batch] in [0, inputSize), or empty.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.Span;
}
