using System.Numerics;

namespace Lstm;

/// <summary>
/// Gives every column mean 0 and standard deviation 1: it computes <c>(x - mean) / scale</c>. Fit the moments once, on the training part
/// alone, and use them for all parts. <c>scale</c> is the standard deviation of the population, <c>sqrt(mean((x - mean)²))</c>. Where all
/// numbers of a column are the same, it is 1, and the numbers become 0.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StandardScaler<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A bound on the relative error of <c>InverseTransform(Transform(x))</c>.</summary>
    private static readonly double s_rounding = typeof(T) == typeof(float) ? 1e-6 : 1e-14;

    private readonly T[] _mean;
    private readonly T[] _scale;

    /// <summary>Creates a scaler of known moments, such as saved ones.</summary>
    /// <param name="mean">The means, [columns].</param>
    /// <param name="scale">The scales, [columns], greater than 0.</param>
    /// <exception cref="ArgumentException">
    /// There are no moments, there are not as many scales as means, a moment is not finite, or a scale is not greater than 0.
    /// </exception>
    public StandardScaler(ReadOnlySpan<T> mean, ReadOnlySpan<T> scale)
    {
        if (mean.IsEmpty || mean.Length != scale.Length)
        {
            throw new ArgumentException(
                $"Expected a scale for each of {mean.Length} means, at least one, but got {scale.Length}.", nameof(scale));
        }

        MalformedDataException.ThrowIfNotFinite(mean, mean.Length, nameof(mean));
        MalformedDataException.ThrowIfNotFinite(scale, scale.Length, nameof(scale));
        for (int column = 0; column < scale.Length; column++)
        {
            if (scale[column] <= T.Zero)
            {
                throw new MalformedDataException(
                    $"Expected a scale greater than 0, but got {scale[column]}.", nameof(scale), column: column);
            }
        }

        _mean = mean.ToArray();
        _scale = scale.ToArray();
    }

    /// <summary>The number of columns.</summary>
    public int Columns => _mean.Length;

    /// <summary>The means, [columns]. A program that saves a scaler saves these and <see cref="Scale"/>.</summary>
    public ReadOnlySpan<T> Mean => _mean;

    /// <summary>The scales, [columns].</summary>
    public ReadOnlySpan<T> Scale => _scale;

    /// <summary>Fits a scaler to rows. The moments are computed in double, over its whole range.</summary>
    /// <param name="values">The numbers, [rows, columns], such as <c>series[split.Training]</c>.</param>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="ArgumentException">There is no row, or the last one is not complete.</exception>
    /// <exception cref="MalformedDataException">A number is not finite.</exception>
    public static StandardScaler<T> Fit(ReadOnlySpan<T> values, int columns)
    {
        ArgumentOutOfRange.ThrowIfLessThan(columns, 1);
        if (values.IsEmpty || values.Length % columns != 0)
        {
            throw new ArgumentException(
                $"Expected one or more rows of {columns} numbers, but got {values.Length} numbers.", nameof(values));
        }

        MalformedDataException.ThrowIfNotFinite(values, columns, nameof(values));
        T[] mean = new T[columns], scale = new T[columns];
        for (int column = 0; column < columns; column++)
        {
            (mean[column], scale[column]) = Moments(values, column, columns);
        }

        return new StandardScaler<T>(mean, scale);
    }

    /// <summary>Scales rows in place.</summary>
    /// <param name="values">The numbers, [rows, columns].</param>
    /// <exception cref="ArgumentException">The last row is not complete.</exception>
    public void Transform(Span<T> values)
    {
        CheckRows(values, Columns);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Transform(double.CreateTruncating(values[k]), k % Columns);
        }
    }

    /// <summary>Undoes <see cref="Transform(Span{T})"/>, in place, up to rounding.</summary>
    /// <param name="values">The numbers, [rows, columns].</param>
    /// <exception cref="ArgumentException">The last row is not complete.</exception>
    public void InverseTransform(Span<T> values)
    {
        CheckRows(values, Columns);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = InverseTransform(double.CreateTruncating(values[k]), k % Columns);
        }
    }

    /// <summary>
    /// Undoes <see cref="Transform(Span{T})"/> for some columns, in place: for forecasts, whose columns are target columns.
    /// </summary>
    /// <param name="values">The numbers, [rows, target columns], such as outputs [batch, horizon, target columns].</param>
    /// <param name="targetColumns">The column of the series to which each number of a row belongs.</param>
    /// <exception cref="ArgumentException">The last row is not complete, or a column does not exist.</exception>
    public void InverseTransform(Span<T> values, ReadOnlySpan<int> targetColumns)
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
            values[k] = InverseTransform(double.CreateTruncating(values[k]), column);
        }
    }

    /// <summary>
    /// Scales a number. The distance of two large doubles may be too large for a double; the distance of their halves never is.
    /// </summary>
    private T Transform(double value, int column)
    {
        double mean = double.CreateTruncating(_mean[column]), scale = double.CreateTruncating(_scale[column]), distance = value - mean;
        return T.CreateTruncating(double.IsFinite(distance) ? distance / scale : (value / 2 - mean / 2) / scale * 2);
    }

    /// <summary>
    /// Undoes the scaling of a number. A result that only rounding takes past the largest number becomes the largest number.
    /// </summary>
    private T InverseTransform(double value, int column)
    {
        double mean = double.CreateTruncating(_mean[column]), scale = double.CreateTruncating(_scale[column]);
        double largest = double.CreateTruncating(Arguments.Largest<T>());
        double original = value * scale + mean, quarter = value * (scale / 4) + mean / 4;
        return T.Abs(T.CreateTruncating(original)) <= Arguments.Largest<T>() || Math.Abs(quarter) > largest / 4 * (1 + s_rounding)
            ? T.CreateTruncating(original)
            : T.CreateTruncating(double.CopySign(Math.Min(Math.Abs(quarter), largest / 4) * 4, quarter));
    }

    /// <summary>
    /// Computes the moments of a column. Its numbers are multiplied by a power of two that brings their squares, and the sums of these,
    /// into the range of double.
    /// </summary>
    private static (T Mean, T Scale) Moments(ReadOnlySpan<T> values, int column, int columns)
    {
        T first = values[column];
        bool isConstant = true;
        double largest = 0;
        for (int k = column; k < values.Length; k += columns)
        {
            isConstant &= values[k] == first;
            largest = Math.Max(largest, Math.Abs(double.CreateTruncating(values[k])));
        }

        if (isConstant)
        {
            return (first, T.One);
        }

        int exponent = largest is > 1e100 or < 1e-100 ? Math.ILogB(largest) : 0;
        (double mean, double deviation) = Moments(values, column, columns, exponent);
        T scale = T.CreateTruncating(Math.ScaleB(deviation, exponent));
        return (T.CreateTruncating(Math.ScaleB(mean, exponent)), deviation == 0 ? T.One : T.Max(scale, T.Epsilon));
    }

    /// <summary>
    /// Computes mean and deviation in two passes, the second of which also corrects the mean. Source: Chan, Golub, LeVeque, "Algorithms for
    /// computing the sample variance" (1983).
    /// </summary>
    private static (double Mean, double Deviation) Moments(ReadOnlySpan<T> values, int column, int columns, int exponent)
    {
        double sum = 0, difference = 0, square = 0;
        int rows = values.Length / columns;
        for (int k = column; k < values.Length; k += columns)
        {
            sum += Scaled(values[k], exponent);
        }

        double mean = sum / rows;
        for (int k = column; k < values.Length; k += columns)
        {
            double d = Scaled(values[k], exponent) - mean;
            difference += d;
            square += d * d;
        }

        double variance = (square - difference * difference / rows) / rows;
        return (mean + difference / rows, Math.Sqrt(Math.Max(0, variance)));
    }

    private static double Scaled(T value, int exponent) =>
        exponent == 0 ? double.CreateTruncating(value) : Math.ScaleB(double.CreateTruncating(value), -exponent);

    private static void CheckRows(ReadOnlySpan<T> values, int columns)
    {
        if (values.Length % columns != 0)
        {
            throw new ArgumentException(
                $"Expected rows of {columns} numbers, but {values.Length} are not a whole number of rows.", nameof(values));
        }
    }
}
