namespace Lstm;

/// <summary>
/// A long text of token ids, cut into B streams of equal length, which truncated BPTT reads side by side. Stream b has the tokens
/// <c>b * Length</c> to <c>(b + 1) * Length</c>, the last of which is only a target. The tokens are stored time-major, [Length + 1, B], so
/// that a window is a slice, its targets are the slice of one step later, and training copies nothing.
/// <para>Of N tokens, the last <c>(N - 1) mod B</c> do not fill a step of all streams and are left out.</para>
/// </summary>
public sealed class TokenStreams
{
    private readonly int[] _tokens;

    /// <summary>Cuts a text into streams.</summary>
    /// <param name="tokens">The token ids, [N], which are copied.</param>
    /// <param name="batch">B, the number of streams.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// There are fewer than B + 1 tokens, so that not every stream has a token and a next one.
    /// </exception>
    public TokenStreams(ReadOnlySpan<int> tokens, int batch)
    {
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        if (tokens.Length <= batch)
        {
            throw new ArgumentException(
                $"Expected at least {batch + 1L} tokens, one for each of {batch} streams and one to predict, but got {tokens.Length}.",
                nameof(tokens));
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

    /// <summary>Returns the tokens of all streams from step <paramref name="start"/> on, [steps, batch].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The streams do not have all of these steps.</exception>
    public ReadOnlySpan<int> Inputs(int start, int steps) => Slice(start, steps, shift: 0);

    /// <summary>Returns the tokens that follow those of <see cref="Inputs"/>, [steps, batch].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The streams do not have all of these steps.</exception>
    public ReadOnlySpan<int> Targets(int start, int steps) => Slice(start, steps, shift: 1);

    private ReadOnlySpan<int> Slice(int start, int steps, int shift)
    {
        if (start < 0 || start > Length)
        {
            throw ArgumentOutOfRange.Error(nameof(start), start, $"Expected a step from 0 to {Length}.");
        }

        if (steps < 0 || steps > Length - start)
        {
            throw ArgumentOutOfRange.Error(nameof(steps), steps, $"Expected 0 to {Length - start} steps from step {start} on.");
        }

        return _tokens.AsSpan((start + shift) * Batch, steps * Batch);
    }
}
