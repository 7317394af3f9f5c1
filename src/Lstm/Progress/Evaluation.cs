namespace Lstm;

/// <summary>How good predictions are.</summary>
public sealed record Evaluation
{
    /// <summary>The mean loss over the targets that count; NaN where there are none.</summary>
    public required double Loss { get; init; }

    /// <summary>The number of targets that count, or the sum of their weights.</summary>
    public required double Weight { get; init; }

    /// <summary>The metrics of the task, by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The same of predictions without a model; null where the task has none, and of training.</summary>
    public Evaluation? Baseline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(Evaluation), PrintMembers);
}
