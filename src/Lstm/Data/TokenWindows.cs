namespace Lstm;

/// <summary>
/// A source of the windows of token streams for truncated BPTT. Windows follow one another, so that each starts from the states that the
/// one before has left. An epoch goes once through the streams; reset the states where <see cref="TokenWindow.Start"/> is 0. There is
/// nothing to shuffle.
/// </summary>
/// <remarks>To resume within an epoch, save <see cref="Bptt{T}.CarriedState"/> beside the position.</remarks>
public sealed class TokenWindows : BatchSource<TokenWindow>
{
    private readonly TokenStreams _streams;
    private readonly int _steps, _windows;

    /// <summary>Creates a source of windows over streams.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="steps">T, the number of steps of a window.</param>
    /// <param name="dropLast">
    /// Whether an epoch leaves out the end of the streams if it does not fill a window; otherwise it is a shorter last window.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// The streams are shorter than one window, and <paramref name="dropLast"/> leaves it out.
    /// </exception>
    public TokenWindows(TokenStreams streams, int steps, bool dropLast = false)
        : base(seed: 0)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        if (dropLast && streams.Length < steps)
        {
            throw new ArgumentException(
                $"Expected streams of at least one window of {steps} steps, but they have {streams.Length} steps.", nameof(streams));
        }

        _streams = streams;
        _steps = steps;
        _windows = streams.Length / steps + (dropLast || streams.Length % steps == 0 ? 0 : 1);
    }

    /// <summary>The largest number of windows of an epoch, from the beginning of the streams; null, the default, for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
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
