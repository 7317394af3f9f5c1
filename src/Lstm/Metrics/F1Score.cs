namespace Lstm;

/// <summary>
/// The harmonic mean of precision and recall, for a class <c>2 hits / (predicted + actual)</c>: of one class, or the mean over all classes that were
/// predicted or are a target.
/// </summary>
public sealed class F1Score : ClassMetric
{
    private readonly int _classes;
    private readonly int? _positive;

    private F1Score(string name, int classes, int? positive)
        : base(name, 3 * classes)
    {
        (_classes, _positive) = (classes, positive);
    }

    /// <inheritdoc/>
    public override double Value => _positive is int positive ? Of(positive) : Mean();

    /// <summary>The mean over classes, each with the same weight.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 class.</exception>
    public static F1Score Macro(int classes)
    {
        ArgumentOutOfRange.ThrowIfLessThan(classes, 1);
        return new("macro F1", classes, positive: null);
    }

    /// <summary>Of one of two classes.</summary>
    /// <param name="positive">The class that is looked for, 0 or 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The class is neither 0 nor 1.</exception>
    public static F1Score Binary(int positive = 1) => positive is 0 or 1
        ? new("F1", classes: 2, positive)
        : throw ArgumentOutOfRange.Error(nameof(positive), positive, "Expected class 0 or 1.");

    /// <inheritdoc/>
    protected override void Count(int predicted, int target, double weight)
    {
        if (Math.Max(predicted, target) >= _classes)
        {
            throw new InvalidOperationException(
                $"Expected {_classes} classes, for which this metric was made, but the prediction is {predicted} and the target {target}.");
        }

        Sums[3 * predicted] += predicted == target ? weight : 0;
        Sums[3 * predicted + 1] += weight;
        Sums[3 * target + 2] += weight;
    }

    /// <summary>NaN where the class was neither predicted nor a target.</summary>
    private double Of(int k) => 2 * Sums[3 * k] / (Sums[3 * k + 1] + Sums[3 * k + 2]);

    private double Mean()
    {
        double sum = 0;
        int present = 0;
        for (int k = 0; k < _classes; k++)
        {
            double score = Of(k);
            if (!double.IsNaN(score))
            {
                sum += score;
                present++;
            }
        }

        return sum / present;
    }
}
