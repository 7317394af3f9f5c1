namespace Lstm;

/// <summary>Why a training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Epochs,

    /// <summary>All updates are done (<see cref="TrainerOptions{T}.MaxSteps"/>).</summary>
    MaxSteps,

    /// <summary>The loss fell no longer (<see cref="TrainerOptions{T}.EarlyStopping"/>).</summary>
    EarlyStopping,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
