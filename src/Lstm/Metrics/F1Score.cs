using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The harmonic mean of precision and recall, which is <c>2 hits / (predicted + actual)</c> for one class. The metric takes either a single
/// class, or the mean over all classes that were predicted or are a target. For a single class that was neither, it is 0 as soon as
/// anything was counted.
/// </summary>
public sealed class F1Score : ClassMetric
{
    private const int SumsOfClass = 3;

    private readonly int _classes;
    private readonly int? _positive;

    private F1Score(string name, int classes, int? positive)
        : base(name, 2 * SumsOfClass * classes)
    {
        (_classes, _positive) = (classes, positive);
    }

    /// <inheritdoc/>
    public override double Value => _positive is int positive ? OfBinary(positive) : Mean();

    /// <summary>Creates the mean over classes, each with the same weight.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than 1 class, or more than an array has room for.</exception>
    public static F1Score Macro(int classes)
    {
        ArgumentOutOfRange.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRange.ThrowIfGreaterThan(classes, Array.MaxLength / (2 * SumsOfClass));
        return new("macro F1", classes, positive: null);
    }

    /// <summary>Creates the F1 of one of two classes.</summary>
    /// <param name="positive">The class that is looked for, 0 or 1; default: 1.</param>
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

        if (predicted == target)
        {
            Accumulate(SumsOfClass * predicted, weight);
        }

        Accumulate(SumsOfClass * predicted + 1, weight);
        Accumulate(SumsOfClass * target + 2, weight);
    }

    /// <summary>Computes 2 hits / (predicted + actual): 0 where that is 0 / 0, and NaN where nothing was counted at all.</summary>
    internal static double Of(Wide hits, Wide predicted, Wide actual, Wide counted) =>
        counted.IsZero ? double.NaN : (predicted + actual).IsZero ? 0 : (double)(2 * hits / (predicted + actual));

    private bool IsPresent(int k) => !(Total(SumsOfClass * k + 1) + Total(SumsOfClass * k + 2)).IsZero;

    /// <summary>Computes the F1 of one of two classes, where every row has one of the two as its target.</summary>
    private double OfBinary(int k) => Of(k, counted: Total(2) + Total(SumsOfClass + 2));

    private double Of(int k, Wide counted) => Of(Total(SumsOfClass * k), Total(SumsOfClass * k + 1), Total(SumsOfClass * k + 2), counted);

    private double Mean() =>
        Enumerable.Range(0, _classes).Where(IsPresent).Select(k => Of(k, counted: 1)).DefaultIfEmpty(double.NaN).Average();
}
