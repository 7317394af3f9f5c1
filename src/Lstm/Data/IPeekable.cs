namespace Lstm;

/// <summary>A source that shows a batch without taking it.</summary>
internal interface IPeekable<TBatch>
    where TBatch : class
{
    /// <summary>Returns the batch of a position, in buffers of its own.</summary>
    TBatch Peek(BatchPosition position);
}
