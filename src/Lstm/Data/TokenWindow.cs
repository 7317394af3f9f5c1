namespace Lstm;

/// <summary>A window over all streams of a <see cref="TokenStreams"/>, for truncated BPTT.</summary>
public sealed class TokenWindow
{
    private readonly TokenStreams _streams;

    internal TokenWindow(TokenStreams streams)
    {
        _streams = streams;
    }

    /// <summary>The step of the streams that is the window's first; where it is 0 an epoch begins, and states have to be reset.</summary>
    public int Start { get; internal set; }

    /// <summary>T, the steps of the window.</summary>
    public int Steps { get; internal set; }

    /// <summary>B, the number of streams.</summary>
    public int Batch => _streams.Batch;

    /// <summary>[steps, batch] token ids.</summary>
    public ReadOnlySpan<int> Inputs => _streams.Inputs(Start, Steps);

    /// <summary>[steps, batch] token ids that follow those of <see cref="Inputs"/>.</summary>
    public ReadOnlySpan<int> Targets => _streams.Targets(Start, Steps);
}
