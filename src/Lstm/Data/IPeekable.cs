namespace Lstm;

/// <summary>A source of which a batch can be looked at without taking it.</summary>
internal interface IPeekable<TBatch>
    where TBatch : class
{
    /// <summary>The batch of a position, in buffers of its own.</summary>
    TBatch Peek(BatchPosition position);
}
