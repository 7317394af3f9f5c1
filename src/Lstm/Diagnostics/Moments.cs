using System.Numerics;

namespace Lstm;

/// <summary>Sums over numbers, in double and in their order: squares of vanishing gradients would be 0 in float.</summary>
internal struct Moments()
{
    public long Count;
    public double Sum;
    public double SumOfSquares;
    public double Min = double.PositiveInfinity;
    public double Max = double.NegativeInfinity;

    public readonly double Norm => Math.Sqrt(SumOfSquares);

    public readonly ActivationStatistics Statistics
    {
        get
        {
            double mean = Sum / Math.Max(1, Count);
            double variance = SumOfSquares / Math.Max(1, Count) - mean * mean;
            return Count == 0 ? default : new(mean, Math.Sqrt(Math.Max(0, variance)), Min, Max);
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
            moments.SumOfSquares += value * value;
            moments.Min = Math.Min(moments.Min, value);
            moments.Max = Math.Max(moments.Max, value);
        }

        return moments;
    }

    /// <summary>Those of a + b.</summary>
    public static Moments OfSum<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Moments moments = new() { Count = a.Length };
        for (int k = 0; k < a.Length; k++)
        {
            double value = double.CreateTruncating(a[k]) + double.CreateTruncating(b[k]);
            moments.Sum += value;
            moments.SumOfSquares += value * value;
        }

        return moments;
    }

    public void Add(in Moments other)
    {
        Count += other.Count;
        Sum += other.Sum;
        SumOfSquares += other.SumOfSquares;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }
}
