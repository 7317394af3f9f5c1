namespace Lstm;

/// <summary>The loss and the metrics of predictions.</summary>
public sealed record Evaluation
{
    /// <summary>The mean loss over the targets that count; NaN where there are none.</summary>
    public required double Loss { get; init; }

    /// <summary>The number of targets that count, or the sum of their weights.</summary>
    public required double Weight { get; init; }

    /// <summary>The metrics of the task, by name.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The evaluation of predictions that need no model; null where the task makes none, and for training.</summary>
    public Evaluation? Baseline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(Evaluation), PrintMembers);
}
