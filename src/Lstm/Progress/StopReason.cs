namespace Lstm;

/// <summary>The reason why a training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Epochs,

    /// <summary>All updates are done (<see cref="TrainerOptions{T}.MaxSteps"/>).</summary>
    MaxSteps,

    /// <summary>The loss no longer fell (<see cref="TrainerOptions{T}.EarlyStopping"/>).</summary>
    EarlyStopping,

    /// <summary>The training was cancelled.</summary>
    Cancelled,
}
