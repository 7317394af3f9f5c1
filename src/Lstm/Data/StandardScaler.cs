using System.Numerics;

namespace Lstm;

/// <summary>
/// Gives every column mean 0 and standard deviation 1: effectively <c>(x - mean) / scale</c>, with moments that were fitted once, on the training
/// part alone, and are used for all parts. <c>scale</c> is the standard deviation of the population, <c>sqrt(mean((x - mean)²))</c>; 1 where all numbers of a
/// column are the same, which become 0.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StandardScaler<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _mean;
    private readonly T[] _scale;

    /// <summary>A scaler of known moments, such as those that were saved.</summary>
    /// <param name="mean">[columns].</param>
    /// <param name="scale">[columns], greater than 0.</param>
    /// <exception cref="ArgumentException">There are none, their numbers differ, or one is not finite or a scale not greater than 0.</exception>
    public StandardScaler(ReadOnlySpan<T> mean, ReadOnlySpan<T> scale)
    {
        if (mean.IsEmpty || mean.Length != scale.Length)
        {
            throw new ArgumentException($"Expected a scale for each of {mean.Length} means, at least one, but got {scale.Length}.", nameof(scale));
        }

        Finite.Check(mean, mean.Length, nameof(mean));
        Finite.Check(scale, scale.Length, nameof(scale));
        for (int column = 0; column < scale.Length; column++)
        {
            if (scale[column] <= T.Zero)
            {
                throw new MalformedDataException($"Expected a scale greater than 0, but got {scale[column]}.", nameof(scale), column: column);
            }
        }

        _mean = mean.ToArray();
        _scale = scale.ToArray();
    }

    /// <summary>The number of columns.</summary>
    public int Columns => _mean.Length;

    /// <summary>[columns]; with <see cref="Scale"/>, all there is to save.</summary>
    public ReadOnlySpan<T> Mean => _mean;

    /// <summary>[columns].</summary>
    public ReadOnlySpan<T> Scale => _scale;

    /// <summary>The moments of rows, computed in double.</summary>
    /// <param name="values">[rows, columns], as <c>series[split.Training]</c>.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <exception cref="ArgumentException">There are no complete rows.</exception>
    /// <exception cref="MalformedDataException">A number is not finite, or the numbers of a column are too large for moments.</exception>
    public static StandardScaler<T> Fit(ReadOnlySpan<T> values, int columns)
    {
        ArgumentOutOfRange.ThrowIfLessThan(columns, 1);
        if (values.IsEmpty || values.Length % columns != 0)
        {
            throw new ArgumentException($"Expected one or more rows of {columns} numbers, but got {values.Length} numbers.", nameof(values));
        }

        Finite.Check(values, columns, nameof(values));
        T[] mean = new T[columns], scale = new T[columns];
        for (int column = 0; column < columns; column++)
        {
            (mean[column], scale[column]) = Moments(values, column, columns);
            if (!T.IsFinite(mean[column]) || !T.IsFinite(scale[column]))
            {
                throw new MalformedDataException("Expected numbers whose squares are finite.", nameof(values), column: column);
            }
        }

        return new StandardScaler<T>(mean, scale);
    }

    /// <summary>Scales rows in place.</summary>
    /// <param name="values">[rows, columns].</param>
    /// <exception cref="ArgumentException">The last row is not complete.</exception>
    public void Transform(Span<T> values)
    {
        CheckRows(values, Columns);
        for (int k = 0; k < values.Length; k++)
        {
            int column = k % Columns;
            values[k] = (values[k] - _mean[column]) / _scale[column];
        }
    }

    /// <summary>Undoes <see cref="Transform"/>, in place, up to rounding.</summary>
    /// <param name="values">[rows, columns].</param>
    /// <exception cref="ArgumentException">The last row is not complete.</exception>
    public void Inverse(Span<T> values)
    {
        CheckRows(values, Columns);
        for (int k = 0; k < values.Length; k++)
        {
            int column = k % Columns;
            values[k] = values[k] * _scale[column] + _mean[column];
        }
    }

    /// <summary>Undoes <see cref="Transform"/> for some columns, in place: for forecasts, in the order of their target columns.</summary>
    /// <param name="values">[rows, target columns], as outputs [batch, horizon, target columns].</param>
    /// <param name="targetColumns">The column that each number of a row is of.</param>
    /// <exception cref="ArgumentException">The last row is not complete, or there is no such column.</exception>
    public void Inverse(Span<T> values, ReadOnlySpan<int> targetColumns)
    {
        int outside = targetColumns.IndexOfAnyExceptInRange(0, Columns - 1);
        if (targetColumns.IsEmpty || outside >= 0)
        {
            string got = targetColumns.IsEmpty ? "none" : $"{targetColumns[outside]}";
            throw new ArgumentException($"Expected one or more columns in [0, {Columns}), but got {got}.", nameof(targetColumns));
        }

        CheckRows(values, targetColumns.Length);
        for (int k = 0; k < values.Length; k++)
        {
            int column = targetColumns[k % targetColumns.Length];
            values[k] = values[k] * _scale[column] + _mean[column];
        }
    }

    /// <summary>
    /// In two passes, the second of which corrects the mean, too: Chan, Golub, LeVeque, "Algorithms for computing the sample variance" (1983).
    /// </summary>
    private static (T Mean, T Scale) Moments(ReadOnlySpan<T> values, int column, int columns)
    {
        T first = values[column];
        bool isConstant = true;
        double sum = 0, difference = 0, square = 0;
        int rows = values.Length / columns;
        for (int k = column; k < values.Length; k += columns)
        {
            sum += double.CreateTruncating(values[k]);
            isConstant &= values[k] == first;
        }

        double mean = sum / rows;
        for (int k = column; k < values.Length; k += columns)
        {
            double d = double.CreateTruncating(values[k]) - mean;
            difference += d;
            square += d * d;
        }

        double variance = (square - difference * difference / rows) / rows;
        T scale = T.CreateTruncating(Math.Sqrt(Math.Max(0, variance)));
        return isConstant ? (first, T.One) : (T.CreateTruncating(mean + difference / rows), scale == T.Zero ? T.One : scale);
    }

    private static void CheckRows(ReadOnlySpan<T> values, int columns)
    {
        if (values.Length % columns != 0)
        {
            throw new ArgumentException($"Expected rows of {columns} numbers, but {values.Length} are no whole number of rows.", nameof(values));
        }
    }
}
