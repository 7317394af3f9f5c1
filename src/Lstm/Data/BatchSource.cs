namespace Lstm;

/// <summary>
/// A source that can make any batch of any epoch, which is what makes it exact to resume and able to be prepared ahead
/// (<see cref="PrefetchingSource{TBatch}"/>). To have batches of your own kind, derive from it.
/// </summary>
/// <typeparam name="TBatch">A batch: buffers that are filled again and again.</typeparam>
public abstract class BatchSource<TBatch> : IBatchSource<TBatch>, IPeekable<TBatch>
    where TBatch : class
{
    private TBatch? _batch;
    private BatchPosition _position;

    /// <summary>A source that stands at the beginning of epoch 0.</summary>
    /// <param name="seed">Orders the epochs, for a source that shuffles.</param>
    protected BatchSource(ulong seed)
    {
        _position = new BatchPosition(seed, 0, 0);
    }

    /// <inheritdoc/>
    public abstract int BatchesPerEpoch { get; }

    /// <inheritdoc/>
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
    public TBatch? NextBatch()
    {
        if (_position.Batch == BatchesPerEpoch)
        {
            _position = _position.NextEpoch;
            return null;
        }

        _batch ??= CreateBatch();
        Fill(_batch, _position);
        _position = _position.AfterBatch;
        return _batch;
    }

    /// <inheritdoc/>
    TBatch IPeekable<TBatch>.Peek(BatchPosition position)
    {
        TBatch batch = CreateBatch();
        Fill(batch, position);
        return batch;
    }

    /// <summary>Allocates the buffers of a batch.</summary>
    protected internal abstract TBatch CreateBatch();

    /// <summary>
    /// Sets all of a batch to the one at a position. The outcome may depend on nothing but position and data; it is not called by two
    /// threads at once.
    /// </summary>
    /// <param name="batch">What <see cref="CreateBatch"/> made.</param>
    /// <param name="position">A position whose batch is less than <see cref="BatchesPerEpoch"/>.</param>
    protected internal abstract void Fill(TBatch batch, BatchPosition position);
}
