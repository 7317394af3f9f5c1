using System.Globalization;

namespace Lstm.Samples;

/// <summary>One axis of a chart: which numbers stand at its ticks, and where a number lies.</summary>
internal sealed class Axis
{
    private const int MostTicks = 8;
    private static readonly int[] s_factors = [1, 2, 5, 10];

    private readonly double _low;
    private readonly double _high;
    private readonly bool _isLogarithmic;

    private Axis(double low, double high, double step, bool isLogarithmic)
    {
        (_low, _high, _isLogarithmic) = (low, high, isLogarithmic);
        int first = (int)Math.Ceiling(low / step - 1e-9), last = (int)Math.Floor(high / step + 1e-9);
        Ticks = [.. Enumerable.Range(first, last - first + 1).Select(k => isLogarithmic ? Math.Pow(10, k * step) : k * step)];
    }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that holds these numbers, with ticks of 1, 2 or 5 times a power of ten, or at powers of ten.</summary>
    public static Axis Over(IEnumerable<double> values, bool isLogarithmic)
    {
        double[] scaled = [.. values.Select(value => isLogarithmic ? Math.Log10(value) : value).DefaultIfEmpty(0)];
        (double low, double high) = (scaled.Min(), scaled.Max());
        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high)))
        {
            (low, high) = (low - 0.5, high + 0.5);
        }

        double step = Step((high - low) / MostTicks, isLogarithmic);
        return isLogarithmic
            ? new Axis(step * Math.Floor(low / step), step * Math.Ceiling(high / step), step, isLogarithmic)
            : new Axis(low, high, step, isLogarithmic);
    }

    /// <summary>From 0 at the lower end to 1 at the upper one.</summary>
    public double Position(double value) => ((_isLogarithmic ? Math.Log10(value) : value) - _low) / (_high - _low);

    public string Format(double tick) => _isLogarithmic
        ? string.Create(CultureInfo.InvariantCulture, $"1e{Math.Round(Math.Log10(tick)):0}")
        : Math.Round(tick, 10).ToString("0.##########", CultureInfo.InvariantCulture);

    private static double Step(double least, bool isLogarithmic)
    {
        if (isLogarithmic && least <= 1)
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return s_factors.Select(factor => factor * power).First(step => step >= least * (1 - 1e-9));
    }
}
