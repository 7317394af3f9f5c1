using System.Numerics;

namespace Lstm.Tests.Optimizers;

/// <summary>Euclidean norms of doubles in whole numbers, without any rounding but the last.</summary>
internal static class ExactNorm
{
    /// <summary>All doubles are whole multiples of 2^-1074.</summary>
    private const int LeastExponent = -1074, RootBits = 128;

    /// <summary>The norm times 2^-exponent, with 120 bits or more before the last rounding.</summary>
    public static double Of(IEnumerable<double> values, int exponent = 0)
    {
        BigInteger sum = values.Select(Units).Aggregate(BigInteger.Zero, (total, units) => total + units * units);
        if (sum.IsZero)
        {
            return 0;
        }

        // The root of sum * 4^shift is that of sum times 2^shift.
        int shift = Math.Max(0, RootBits - (int)(sum.GetBitLength() / 2));
        BigInteger root = Root(sum << (2 * shift));
        int drop = Math.Max(0, (int)root.GetBitLength() - 100);
        return Math.ScaleB((double)(root >> drop), drop - shift + LeastExponent - exponent);
    }

    private static BigInteger Units(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int exponent = (int)(bits >> 52);
        long mantissa = bits & ((1L << 52) - 1);
        return exponent == 0 ? mantissa : new BigInteger(mantissa | 1L << 52) << (exponent - 1);
    }

    /// <summary>Newton's iteration from above.</summary>
    private static BigInteger Root(BigInteger value)
    {
        BigInteger root = BigInteger.One << ((int)(value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + value / root) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
