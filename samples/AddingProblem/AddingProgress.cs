namespace AddingProblem;

/// <summary>Where the training of a network stands after an update.</summary>
internal sealed record AddingProgress : RunProgress
{
    public required string Cell { get; init; }

    /// <summary>Of the training sequences, smoothed over the last updates.</summary>
    public required double Error { get; init; }

    public required TimeSpan Remaining { get; init; }

    public override string Describe() => $"{Cell}  update {Updates:N0}  squared error {Error:F4}  at most {Duration(Remaining)} left";
}
