namespace CharLm;

/// <summary>
/// A text cut into streams of equal length that are read side by side. They are stored time-major, [Length + 1, Batch], so that a window
/// is a slice, and so are its targets, one step later.
/// </summary>
internal sealed class TextStreams
{
    private readonly int[] _tokens;

    /// <summary>Cuts a text; what does not fill a step of all streams is left out.</summary>
    public TextStreams(ReadOnlySpan<int> text, int batch)
    {
        Batch = batch;
        Length = (text.Length - 1) / batch;
        _tokens = new int[(Length + 1) * batch];
        for (int stream = 0; stream < batch; stream++)
        {
            for (int t = 0; t <= Length; t++)
            {
                _tokens[t * batch + stream] = text[stream * Length + t];
            }
        }
    }

    public int Batch { get; }

    /// <summary>The number of characters of a stream that have a next one to predict.</summary>
    public int Length { get; }

    /// <summary>[steps, batch] characters.</summary>
    public ReadOnlySpan<int> Inputs(int start, int steps) => _tokens.AsSpan(start * Batch, steps * Batch);

    /// <summary>[steps, batch] characters that follow those of <see cref="Inputs"/>.</summary>
    public ReadOnlySpan<int> Targets(int start, int steps) => Inputs(start + 1, steps);
}
