namespace Lstm;

/// <summary>
/// A source that prepares the next batch of another source on a thread of the pool while the present one is trained on. Two batches take
/// turns. The batches are those of the other source, in its order. If no thread of the pool has begun the batch when it is wanted, the
/// caller makes it.
/// <para>
/// It pays where a batch takes long to make and a core is free. The sources of this library take far less time than a training step.
/// </para>
/// </summary>
/// <typeparam name="TBatch">The type of a batch of the source.</typeparam>
public sealed class PrefetchingSource<TBatch> : IBatchSource<TBatch>, IPeekable<TBatch>, IStepLimit, IDisposable
    where TBatch : class
{
    private readonly BatchSource<TBatch> _source;
    private readonly BatchJob<TBatch> _job;
    private BatchPosition _position;
    private TBatch _spare;
    private bool _disposed;

    /// <summary>Creates a source of the batches of another one, from its present position on.</summary>
    /// <param name="source">The source. Nobody else may use it or change its data until this instance is disposed of.</param>
    public PrefetchingSource(BatchSource<TBatch> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _position = source.Position;
        _spare = source.CreateBatch();
        _job = new BatchJob<TBatch>(source, source.CreateBatch());
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => _source.BatchesPerEpoch;

    /// <summary>The position of the next batch: the one that the source would have if it were read directly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a position of the source.</exception>
    public BatchPosition Position
    {
        get => _position;
        set => _position = value.Checked(BatchesPerEpoch, nameof(value));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An exception of the source is thrown, with its stack, by the call that wanted the batch; the call after that tries again.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">This instance is disposed of.</exception>
    public TBatch? NextBatch()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_position.Batch == BatchesPerEpoch)
        {
            _position = _position.NextEpoch;
            return null;
        }

        _job.Complete(_position);
        (_spare, _job.Batch) = (_job.Batch, _spare);
        _position = _position.AfterBatch;
        _job.Start(_position.Batch == BatchesPerEpoch ? _position.NextEpoch : _position);
        return _spare;
    }

    int? IStepLimit.MaxSteps => (_source as IStepLimit)?.MaxSteps;

    TBatch IPeekable<TBatch>.Peek(BatchPosition position)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _job.Withdraw();
        return ((IPeekable<TBatch>)_source).Peek(position);
    }

    /// <summary>Waits for the batch that is being made, and sets the source to <see cref="Position"/>; others may use it again.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _job.Withdraw();
            _source.Position = _position;
            _disposed = true;
        }
    }
}
