using System.Numerics;

namespace Lstm;

/// <summary>The sums over numbers, formed in double in the order of the numbers and over the whole range of double.</summary>
internal struct Moments()
{
    /// <summary>The factor of the small sum: a sum of numbers times 2^-40 cannot overflow.</summary>
    private const double Unit = 1.0 / (1L << 40);

    public long Count;
    public double Sum;
    public double SmallSum;
    public SquareSum Squares;
    public double Min = double.PositiveInfinity;
    public double Max = double.NegativeInfinity;

    public readonly double Norm => Squares.Root;

    public readonly ActivationStatistics Statistics
    {
        get
        {
            if (Count == 0)
            {
                return default;
            }

            // The variance is computed from numbers of about 1, whose squares neither overflow nor vanish.
            (double root, int exponent) = Squares.ScaledRoot;
            double size = root / Math.Sqrt(Count), mean = double.IsInfinity(Sum) ? SmallSum / Count / Unit : Sum / Count;
            double share = size > 0 ? Math.ScaleB(mean, -exponent) / size : 0;
            double deviation = size * Math.Sqrt(Math.Max(0, 1 - share * share));
            return new(mean, Math.ScaleB(deviation, exponent), Min, Max);
        }
    }

    public static Moments Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Moments moments = new() { Count = values.Length };
        foreach (T element in values)
        {
            double value = double.CreateTruncating(element);
            moments.Sum += value;
            moments.SmallSum += value * Unit;
            moments.Squares.Add(value);
            moments.Min = Math.Min(moments.Min, value);
            moments.Max = Math.Max(moments.Max, value);
        }

        return moments;
    }

    public void Add(in Moments other)
    {
        Count += other.Count;
        Sum += other.Sum;
        SmallSum += other.SmallSum;
        Squares.Add(other.Squares);
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }
}
