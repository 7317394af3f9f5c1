namespace Lstm;

/// <summary>
/// The rows of a series in three parts, in the order of time. Fit weights and a <see cref="StandardScaler{T}"/> to <see cref="Training"/>
/// alone, make choices on <see cref="Validation"/>, and look at <see cref="Test"/> once, at the end.
/// </summary>
/// <param name="Training">The first rows.</param>
/// <param name="Validation">The rows after those of <paramref name="Training"/>.</param>
/// <param name="Test">The rows after those of <paramref name="Validation"/>.</param>
public readonly record struct TimeSplit(Range Training, Range Validation, Range Test)
{
    // In double, 0.29 * 100 is 28.999999999999996.
    private const double Rounding = 1e-9;

    /// <summary>Makes parts of given lengths, from row 0 on. The rows after them are left out.</summary>
    /// <param name="rows">The number of rows of the series.</param>
    /// <param name="training">The number of rows to train on.</param>
    /// <param name="validation">The number of rows to validate with, from 0.</param>
    /// <param name="test">The number of rows to test with, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    /// <exception cref="ArgumentException">The series has fewer rows than the parts together.</exception>
    public static TimeSplit ByLengths(int rows, int training, int validation, int test)
    {
        ArgumentOutOfRange.ThrowIfNegative(training);
        ArgumentOutOfRange.ThrowIfNegative(validation);
        ArgumentOutOfRange.ThrowIfNegative(test);
        long needed = (long)training + validation + test;
        if (needed > rows)
        {
            throw new ArgumentException(
                $"Expected at least {training} + {validation} + {test} = {needed} rows, but there are {rows}.", nameof(rows));
        }

        int validationEnd = training + validation;
        return new TimeSplit(..training, training..validationEnd, validationEnd..(validationEnd + test));
    }

    /// <summary>Makes parts by their shares of the rows, rounded down. The test part has all rows after the other two.</summary>
    /// <param name="rows">The number of rows of the series.</param>
    /// <param name="training">The share to train on, such as 0.7.</param>
    /// <param name="validation">The share to validate with, such as 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A share is not in [0, 1], both together are more than 1, or the number of rows is negative.
    /// </exception>
    public static TimeSplit ByFractions(int rows, double training, double validation)
    {
        ArgumentOutOfRange.ThrowIfNegative(rows);
        CheckShare(training, 1, nameof(training));
        CheckShare(validation, 1 - training + Rounding, nameof(validation));
        int first = Share(training), second = Math.Min(Share(validation), rows - first);
        return ByLengths(rows, first, second, rows - first - second);

        int Share(double share) => (int)Math.Floor(rows * share + Rounding);
    }

    private static void CheckShare(double share, double most, string argument)
    {
        if (!(share >= 0 && share <= most))
        {
            throw ArgumentOutOfRange.Error(argument, share, "Expected shares from 0 to 1 that are no more than 1 together.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(TimeSplit), PrintMembers);
}
