namespace Lstm.Benchmarks.Worker;

/// <summary>What a turn took; null for what the mode does not have.</summary>
internal readonly record struct Timing(Duration? Forward, Duration? Train)
{
    /// <summary>The training step, or the forward pass where there is no training.</summary>
    public Duration Main => Train ?? Forward!.Value;

    /// <summary>The words of the protocol.</summary>
    public override string ToString() =>
        $"{Word(Forward?.Median)} {Word(Train?.Median)} {Word(Forward?.Minimum)} {Word(Train?.Minimum)}";

    private static string Word(double? value) => value is double number ? $"{number:G9}" : "-";
}
