namespace Lstm;

/// <summary>
/// A long text of token ids, cut into B streams of equal length that are read side by side, as truncated BPTT does: stream b is tokens
/// <c>b Length</c> to <c>(b + 1) Length</c>, the last of which is only a target. Stored time-major, [Length + 1, B], so that a window is a
/// slice, and its targets are the slice one step later: nothing is copied in training.
/// <para>Of N tokens, the last <c>(N - 1) mod B</c> do not fill a step of all streams, and are left out.</para>
/// </summary>
public sealed class TokenStreams
{
    private readonly int[] _tokens;

    /// <summary>Cuts a text.</summary>
    /// <param name="tokens">[N] token ids; copied.</param>
    /// <param name="batch">B, the number of streams.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">There are fewer than B + 1 tokens, so that not every stream has a token and its next one.</exception>
    public TokenStreams(ReadOnlySpan<int> tokens, int batch)
    {
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        if (tokens.Length <= batch)
        {
            throw new ArgumentException(
                $"Expected at least {batch + 1L} tokens, one for each of {batch} streams and one to predict, but got {tokens.Length}.", nameof(tokens));
        }

        Batch = batch;
        Length = (tokens.Length - 1) / batch;
        _tokens = new int[checked((Length + 1) * batch)];
        for (int stream = 0; stream < batch; stream++)
        {
            for (int t = 0; t <= Length; t++)
            {
                _tokens[t * batch + stream] = tokens[stream * Length + t];
            }
        }
    }

    /// <summary>B, the number of streams.</summary>
    public int Batch { get; }

    /// <summary>The number of tokens of a stream that have a next one to predict.</summary>
    public int Length { get; }

    /// <summary>[steps, batch] tokens of all streams, from step <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The streams are shorter.</exception>
    public ReadOnlySpan<int> Inputs(int start, int steps)
    {
        Check(start, steps);
        return _tokens.AsSpan(start * Batch, steps * Batch);
    }

    /// <summary>[steps, batch] tokens that follow those of <see cref="Inputs"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The streams are shorter.</exception>
    public ReadOnlySpan<int> Targets(int start, int steps)
    {
        Check(start, steps);
        return _tokens.AsSpan((start + 1) * Batch, steps * Batch);
    }

    private void Check(int start, int steps)
    {
        if (start < 0 || start > Length)
        {
            throw ArgumentOutOfRange.Error(nameof(start), start, $"Expected a step from 0 to {Length}.");
        }

        if (steps < 0 || steps > Length - start)
        {
            throw ArgumentOutOfRange.Error(nameof(steps), steps, $"Expected 0 to {Length - start} steps from step {start} on.");
        }
    }
}
