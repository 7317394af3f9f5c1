namespace Lstm;

/// <summary>
/// Prepares the next batch of a source on a thread of the pool while the present one is trained on: two batches take turns. The batches are
/// those of the source, in its order. Where no thread of the pool has begun when the batch is wanted, the caller makes it.
/// <para>It pays where a batch takes long to make and a core is free; the sources of this library take far less than a training step.</para>
/// </summary>
/// <typeparam name="TBatch">A batch of the source.</typeparam>
public sealed class PrefetchingSource<TBatch> : IBatchSource<TBatch>, IPeekable<TBatch>, IStepLimit, IDisposable
    where TBatch : class
{
    private readonly BatchSource<TBatch> _source;
    private readonly BatchJob<TBatch> _job;
    private BatchPosition _position;
    private TBatch _spare;
    private bool _disposed;

    /// <summary>Wraps a source, from its present position on.</summary>
    /// <param name="source">Nobody else may use it, nor change its data, until this is disposed of.</param>
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

    /// <summary>Where the next batch comes from: the position of the source, were it read without this.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to what is no position of the source.</exception>
    public BatchPosition Position
    {
        get => _position;
        set
        {
            value.Check(BatchesPerEpoch, nameof(value));
            _position = value;
        }
    }

    /// <inheritdoc/>
    /// <remarks>An exception of the source comes out of the call that wanted the batch, with its stack; the call after that tries again.</remarks>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public TBatch? NextBatch()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_position.Batch == BatchesPerEpoch)
        {
            _position = _position.NextEpoch;
            return null;
        }

        _job.Complete(_position);
        TBatch ready = _job.Batch;
        _job.Batch = _spare;
        _spare = ready;
        _position = _position.AfterBatch;
        _job.Start(_position.Batch == BatchesPerEpoch ? _position.NextEpoch : _position);
        return ready;
    }

    /// <inheritdoc/>
    int? IStepLimit.MaxSteps => (_source as IStepLimit)?.MaxSteps;

    /// <inheritdoc/>
    TBatch IPeekable<TBatch>.Peek(BatchPosition position)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _job.Withdraw();
        return ((IPeekable<TBatch>)_source).Peek(position);
    }

    /// <summary>Waits for the batch that is being made, and leaves the source at <see cref="Position"/>, free to be used.</summary>
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
