namespace Lstm;

/// <summary>
/// The windows of token streams for truncated BPTT, one after the other, so that the states of one are those that the next starts from.
/// An epoch is once through the streams; reset the states where <see cref="TokenWindow.Start"/> is 0. There is nothing to shuffle.
/// </summary>
/// <remarks>To resume within an epoch, the states of the model are to be saved beside the position: <see cref="Bptt{T}.States"/>.</remarks>
public sealed class TokenWindows : BatchSource<TokenWindow>
{
    private readonly TokenStreams _streams;
    private readonly int _steps, _windows;

    /// <summary>Windows over streams.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="steps">T, the steps of a window.</param>
    /// <param name="dropLast">
    /// Whether the end of the streams that does not fill a window is left out of an epoch; otherwise it is a shorter last window.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">The streams are shorter than one window, and it is to be left out.</exception>
    public TokenWindows(TokenStreams streams, int steps, bool dropLast = false)
        : base(seed: 0)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        if (dropLast && streams.Length < steps)
        {
            throw new ArgumentException($"Expected streams of at least one window of {steps} steps, but theirs are {streams.Length}.", nameof(streams));
        }

        _streams = streams;
        _steps = steps;
        _windows = dropLast || streams.Length % steps == 0 ? streams.Length / steps : streams.Length / steps + 1;
    }

    /// <summary>The most windows of an epoch, from the beginning of the streams; null, the default, for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? MaxBatches
    {
        get;
        init => field = value is null ? null : (int)Arguments.AtLeast(1, value.Value, nameof(value));
    }

    /// <inheritdoc/>
    public override int BatchesPerEpoch => Math.Min(_windows, MaxBatches ?? _windows);

    /// <inheritdoc/>
    protected internal override TokenWindow CreateBatch() => new(_streams);

    /// <inheritdoc/>
    protected internal override void Fill(TokenWindow batch, BatchPosition position)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Start = position.Batch * _steps;
        batch.Steps = Math.Min(_steps, _streams.Length - batch.Start);
    }
}
