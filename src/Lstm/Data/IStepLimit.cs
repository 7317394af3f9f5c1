namespace Lstm;

/// <summary>A source that knows the most steps of its batches, where they differ.</summary>
internal interface IStepLimit
{
    /// <summary>The steps of the longest batch; null where that is not known.</summary>
    int? MaxSteps { get; }
}
