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

    private readonly double _significand;   // of a magnitude in [1, 2), or 0, infinite or NaN
    private readonly int _exponent;         // 0 if the significand is 0, infinite or NaN

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
            (_significand, _exponent) = isSubnormal ? (Math.ScaleB(value, -shift), exponent + shift) : (value, 0);
        }
        else
        {
            _significand = BitConverter.Int64BitsToDouble(bits - ((long)(biased - Bias) << MantissaBits));
            _exponent = exponent + biased - Bias;
        }
    }

    /// <summary>The significand, of a magnitude in [1, 2), or 0, infinite or NaN.</summary>
    public double Significand => _significand;

    public int Exponent => _exponent;

    public bool IsZero => _significand == 0;

    public static implicit operator Wide(double value) => new(value, 0);

    /// <summary>Converts a number to double: to 0 or infinity if it is out of double's range.</summary>
    public static explicit operator double(Wide a) => Math.ScaleB(a._significand, a._exponent);

    public static Wide operator -(Wide a) => new(-a._significand, a._exponent);

    public static Wide operator +(Wide a, Wide b)
    {
        if (a.IsZero || b.IsZero || !double.IsFinite(a._significand) || !double.IsFinite(b._significand))
        {
            return a.IsZero ? b : b.IsZero ? a : new(a._significand + b._significand, 0);
        }

        (Wide large, Wide small) = a._exponent >= b._exponent ? (a, b) : (b, a);
        int shift = large._exponent - small._exponent;
        return shift > NegligibleShift ? large : new(large._significand + Math.ScaleB(small._significand, -shift), large._exponent);
    }

    public static Wide operator -(Wide a, Wide b) => a + -b;

    public static Wide operator *(Wide a, Wide b) => new(a._significand * b._significand, a._exponent + b._exponent);

    public static Wide operator /(Wide a, Wide b) => new(a._significand / b._significand, a._exponent - b._exponent);

    public static Wide Abs(Wide a) => new(Math.Abs(a._significand), a._exponent);

    public static Wide SquareRoot(Wide a)
    {
        int odd = a._exponent & 1;
        return new(Math.Sqrt(Math.ScaleB(a._significand, odd)), (a._exponent - odd) / 2);
    }
}
