using System.Numerics;

namespace Lstm.Tests.Losses;

/// <summary>An integer by a power of 2: sums, differences and products of doubles without any rounding.</summary>
internal readonly record struct Exact(BigInteger Integer, int Exponent) : IComparable<Exact>
{
    private const int DigitsOfRatio = 120;

    public static implicit operator Exact(double value)
    {
        if (value == 0)
        {
            return new(0, 0);
        }

        int exponent = Math.Max(Math.ILogB(value), -1022) - 52;
        return new(new BigInteger(Math.ScaleB(value, -exponent)), exponent);
    }

    public static Exact operator -(Exact a) => new(-a.Integer, a.Exponent);

    public static Exact operator +(Exact a, Exact b)
    {
        int exponent = Math.Min(a.Exponent, b.Exponent);
        return new((a.Integer << (a.Exponent - exponent)) + (b.Integer << (b.Exponent - exponent)), exponent);
    }

    public static Exact operator -(Exact a, Exact b) => a + -b;

    public static Exact operator *(Exact a, Exact b) => new(a.Integer * b.Integer, a.Exponent + b.Exponent);

    /// <summary>The quotient, to 120 binary digits; 0 for 0 / 0.</summary>
    public static Exact operator /(Exact a, Exact b)
    {
        if (a.Integer.IsZero)
        {
            return 0;
        }

        int shift = DigitsOfRatio + (int)Math.Max(0, b.Integer.GetBitLength() - a.Integer.GetBitLength());
        return new((a.Integer << shift) / b.Integer, a.Exponent - b.Exponent - shift);
    }

    public static Exact Abs(Exact a) => new(BigInteger.Abs(a.Integer), a.Exponent);

    public static Exact Min(Exact a, Exact b) => a.CompareTo(b) < 0 ? a : b;

    public int CompareTo(Exact other) => (this - other).Integer.Sign;

    /// <summary>0 or infinite where it is out of double's range.</summary>
    public double ToDouble()
    {
        int surplus = Math.Max(0, (int)BigInteger.Abs(Integer).GetBitLength() - 64);
        return Math.ScaleB((double)(Integer >> surplus), Exponent + surplus);
    }
}
