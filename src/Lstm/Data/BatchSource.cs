namespace Lstm;

/// <summary>
/// A source that can make any batch of any epoch. For that reason it can be resumed exactly, and its batches can be prepared ahead
/// (<see cref="PrefetchingSource{TBatch}"/>). Derive from it for batches of your own kind.
/// </summary>
/// <typeparam name="TBatch">The type of a batch: buffers that are filled again and again.</typeparam>
public abstract class BatchSource<TBatch> : IBatchSource<TBatch>, IPeekable<TBatch>
    where TBatch : class
{
    private TBatch? _batch;
    private BatchPosition _position;

    /// <summary>Creates a source that stands at the beginning of epoch 0.</summary>
    /// <param name="seed">The seed from which a source that shuffles orders the epochs.</param>
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
        set => _position = value.Checked(BatchesPerEpoch, nameof(value));
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

    TBatch IPeekable<TBatch>.Peek(BatchPosition position)
    {
        TBatch batch = CreateBatch();
        Fill(batch, position);
        return batch;
    }

    /// <summary>Allocates the buffers of a batch.</summary>
    protected internal abstract TBatch CreateBatch();

    /// <summary>
    /// Fills a batch completely with the content of a position. The outcome may depend on nothing but the position and the data. Two
    /// threads never call this method at once.
    /// </summary>
    /// <param name="batch">A batch that <see cref="CreateBatch"/> has made.</param>
    /// <param name="position">A position whose batch is less than <see cref="BatchesPerEpoch"/>.</param>
    protected internal abstract void Fill(TBatch batch, BatchPosition position);
}
