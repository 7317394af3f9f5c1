namespace Lstm;

/// <summary>A source that knows the largest number of steps of its batches.</summary>
internal interface IStepLimit
{
    /// <summary>The number of steps of the longest batch; null if it is not known.</summary>
    int? MaxSteps { get; }
}
