namespace Lstm;

/// <summary>A window over all streams of a <see cref="TokenStreams"/>, for truncated BPTT.</summary>
public sealed class TokenWindow
{
    private readonly TokenStreams _streams;

    internal TokenWindow(TokenStreams streams)
    {
        _streams = streams;
    }

    /// <summary>The step of the streams at which the window begins. Where it is 0 an epoch begins, and states have to be reset.</summary>
    public int Start { get; internal set; }

    /// <summary>T, the number of steps of the window.</summary>
    public int Steps { get; internal set; }

    /// <summary>B, the number of streams.</summary>
    public int Batch => _streams.Batch;

    /// <summary>The token ids, [steps, batch].</summary>
    public ReadOnlySpan<int> Inputs => _streams.Inputs(Start, Steps);

    /// <summary>The token ids that follow those of <see cref="Inputs"/>, [steps, batch].</summary>
    public ReadOnlySpan<int> Targets => _streams.Targets(Start, Steps);
}
