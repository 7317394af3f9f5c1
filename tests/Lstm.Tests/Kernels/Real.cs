using System.Globalization;
using System.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>
/// A number mantissa * 2^exponent of 160 bits, in whole-number arithmetic: what functions in double are measured against. Every operation
/// drops less than one unit of its last bit, so a hundred of them leave 150 bits, three times those of a double.
/// </summary>
internal readonly struct Real
{
    private const int Precision = 160;

    private readonly BigInteger _mantissa;
    private readonly int _exponent;

    private Real(BigInteger mantissa, int exponent)
    {
        int excess = (int)BigInteger.Abs(mantissa).GetBitLength() - Precision;
        (_mantissa, _exponent) = excess > 0 ? (mantissa >> excess, exponent + excess) : (mantissa, exponent);
    }

    /// <summary>ln 2 = 1/(1*2) + 1/(2*4) + 1/(3*8) + ...</summary>
    public static Real Ln2 { get; } = new(
        Enumerable.Range(1, 2 * Precision).Aggregate(BigInteger.Zero, (sum, k) => sum + (BigInteger.One << (2 * Precision - k)) / k), -2 * Precision);

    public bool IsZero => _mantissa.IsZero;

    /// <summary>The exponent of the leading bit.</summary>
    public int Magnitude => _exponent + (int)BigInteger.Abs(_mantissa).GetBitLength() - 1;

    public static implicit operator Real(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value), fraction = bits & ((1L << 52) - 1);
        int biased = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = biased == 0 ? fraction : fraction | (1L << 52);
        return new(value < 0 ? -mantissa : mantissa, Math.Max(biased, 1) - 1075);
    }

    public static explicit operator double(Real value) => Math.ScaleB((double)value._mantissa, value._exponent);

    public static Real operator +(Real a, Real b)
    {
        if (a.IsZero || b.IsZero)
        {
            return a.IsZero ? b : a;
        }

        // What lies far below the other's last bit is dropped, as it would cost any number of bits.
        int low = Math.Max(Math.Min(a._exponent, b._exponent), Math.Max(a.Magnitude, b.Magnitude) - 2 * Precision);
        return new(Shift(a._mantissa, a._exponent - low) + Shift(b._mantissa, b._exponent - low), low);
    }

    public static Real operator -(Real a) => new(-a._mantissa, a._exponent);

    public static Real operator -(Real a, Real b) => a + -b;

    public static Real operator *(Real a, Real b) => new(a._mantissa * b._mantissa, a._exponent + b._exponent);

    public static Real operator /(Real a, Real b) => new((a._mantissa << (2 * Precision)) / b._mantissa, a._exponent - b._exponent - 2 * Precision);

    /// <summary>e^x = 2^n (e^s)^256 with x = n ln 2 + 256 s, and the series of e^s.</summary>
    public static Real Exp(Real x)
    {
        const int Squarings = 8, Terms = 20;
        int n = (int)Math.Round((double)x / Math.Log(2));
        Real s = (x - n * Ln2).Scale(-Squarings), sum = 1;
        for (int k = Terms; k > 0; k--)
        {
            sum = 1 + s * sum / k;
        }

        for (int k = 0; k < Squarings; k++)
        {
            sum *= sum;
        }

        return sum.Scale(n);
    }

    public static Real Sigmoid(Real x) => 1 / (1 + Exp(-x));

    /// <summary>(e^2x - 1) / (e^2x + 1), or below 2^-30, where that loses digits, x - x^3/3 + 2x^5/15 - 17x^7/315.</summary>
    public static Real Tanh(Real x)
    {
        if (!x.IsZero && x.Magnitude < -30)
        {
            Real square = x * x;
            return x * (1 - square * (((Real)1 / 3) - square * (((Real)2 / 15) - square * ((Real)17 / 315))));
        }

        Real e = Exp(x.Scale(1));
        return (e - 1) / (e + 1);
    }

    /// <summary>The distance of a value from this number, in units of the last place that the format has there.</summary>
    /// <param name="value">A double or, exactly, a float.</param>
    /// <param name="digits">53 or 24.</param>
    /// <param name="lowest">The exponent of the smallest subnormal number, -1074 or -149.</param>
    public double UnitsFrom(double value, int digits, int lowest)
    {
        int unit = IsZero ? lowest : Math.Max(Magnitude - digits + 1, lowest);
        return Math.Abs((double)(value - this).Scale(-unit));
    }

    public override string ToString() => ((double)this).ToString("R", CultureInfo.InvariantCulture);

    private Real Scale(int powerOfTwo) => new(_mantissa, _exponent + powerOfTwo);

    private static BigInteger Shift(BigInteger value, int left) => left >= 0 ? value << left : value >> -left;
}
