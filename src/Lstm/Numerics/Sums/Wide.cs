namespace Lstm.Numerics;

/// <summary>
/// A number of double's precision, <c>significand * 2^exponent</c>, whose exponent is unlimited in practice: squares, products with weights
/// and sums of any doubles neither overflow nor underflow. Infinities and NaN behave as in double.
/// </summary>
internal readonly struct Wide
{
    /// <summary>The difference of exponents beyond which the smaller of two numbers does not change their sum.</summary>
    private const int NegligibleShift = 64;

    private const int MantissaBits = 52, ExponentMask = 0x7FF, Bias = 1023;

    /// <summary>Creates the number <c>value * 2^exponent</c>.</summary>
    public Wide(double value, int exponent)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int biased = (int)(bits >> MantissaBits) & ExponentMask;
        if (biased is 0 or ExponentMask)
        {
            // 0, infinite, NaN or subnormal.
            bool isSubnormal = biased == 0 && value != 0;
            int shift = isSubnormal ? Math.ILogB(value) : 0;
            (Significand, Exponent) = isSubnormal ? (Math.ScaleB(value, -shift), exponent + shift) : (value, 0);
        }
        else
        {
            Significand = BitConverter.Int64BitsToDouble(bits - ((long)(biased - Bias) << MantissaBits));
            Exponent = exponent + biased - Bias;
        }
    }

    /// <summary>The significand, of a magnitude in [1, 2), or 0, infinite or NaN.</summary>
    public double Significand { get; }

    /// <summary>The exponent; 0 if the significand is 0, infinite or NaN.</summary>
    public int Exponent { get; }

    public bool IsZero => Significand == 0;

    public static implicit operator Wide(double value) => new(value, 0);

    /// <summary>Converts a number to double: to 0 or infinity if it is out of double's range.</summary>
    public static explicit operator double(Wide a) => Math.ScaleB(a.Significand, a.Exponent);

    public static Wide operator -(Wide a) => new(-a.Significand, a.Exponent);

    public static Wide operator +(Wide a, Wide b)
    {
        if (a.IsZero || b.IsZero || !double.IsFinite(a.Significand) || !double.IsFinite(b.Significand))
        {
            return a.IsZero ? b : b.IsZero ? a : new(a.Significand + b.Significand, 0);
        }

        (Wide large, Wide small) = a.Exponent >= b.Exponent ? (a, b) : (b, a);
        int shift = large.Exponent - small.Exponent;
        return shift > NegligibleShift ? large : new(large.Significand + Math.ScaleB(small.Significand, -shift), large.Exponent);
    }

    public static Wide operator -(Wide a, Wide b) => a + -b;

    public static Wide operator *(Wide a, Wide b) => new(a.Significand * b.Significand, a.Exponent + b.Exponent);

    public static Wide operator /(Wide a, Wide b) => new(a.Significand / b.Significand, a.Exponent - b.Exponent);

    public static Wide Abs(Wide a) => new(Math.Abs(a.Significand), a.Exponent);

    public static Wide SquareRoot(Wide a)
    {
        int odd = a.Exponent & 1;
        return new(Math.Sqrt(Math.ScaleB(a.Significand, odd)), (a.Exponent - odd) / 2);
    }
}
