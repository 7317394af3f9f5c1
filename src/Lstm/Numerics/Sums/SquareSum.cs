using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>
/// A sum of squares over the whole range of double. It consists of three sums, so that no square overflows or vanishes: Blue, "A portable
/// Fortran program to find the Euclidean norm of a vector" (1978).
/// </summary>
internal struct SquareSum
{
    private const int Shift = 600, ChunkLength = 512;

    /// <summary>The size from which a square could be too large for a sum: such numbers are multiplied by 2^-600.</summary>
    private static readonly double s_large = Math.ScaleB(1, 480);

    /// <summary>The size below which a square could lose digits: such numbers are multiplied by 2^600.</summary>
    private static readonly double s_small = Math.ScaleB(1, -480);

    private static readonly double s_up = Math.ScaleB(1, Shift), s_down = Math.ScaleB(1, -Shift);

    private double _large, _middle, _small;

    /// <summary>The root of the sum, at most the largest double unless a number that was added is not finite.</summary>
    public readonly double Root
    {
        get
        {
            (double root, int exponent) = ScaledRoot;
            return double.IsFinite(root) ? Math.Min(Math.ScaleB(root, exponent), double.MaxValue) : root;
        }
    }

    /// <summary>The root of the sum as <c>root * 2^exponent</c>, with all digits.</summary>
    public readonly (double Root, int Exponent) ScaledRoot => _large > 0
        ? (Math.Sqrt(_large + _middle * s_down * s_down), Shift)
        : _middle != 0
            ? (Math.Sqrt(_middle + _small * s_down * s_down), 0)
            : (Math.Sqrt(_small), -Shift);

    /// <summary>
    /// Computes the sum in double: squares of finite floats overflow in float from 1.8e19 on, just where clipping is needed.
    /// </summary>
    public static SquareSum Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> chunk = stackalloc double[ChunkLength];
        double sum = 0;
        for (int start = 0; start < values.Length; start += ChunkLength)
        {
            ReadOnlySpan<T> part = values.Slice(start, Math.Min(ChunkLength, values.Length - start));
            TensorPrimitives.ConvertTruncating(part, chunk);
            sum += TensorPrimitives.SumOfSquares<double>(chunk[..part.Length]);
        }

        bool isExact = typeof(T) == typeof(float) || (sum >= s_small * s_small && sum <= s_large * s_large);
        return isExact ? new SquareSum { _middle = sum } : OneByOne(values);
    }

    public void Add(double value)
    {
        double magnitude = Math.Abs(value);
        if (magnitude >= s_large)
        {
            _large += value * s_down * (value * s_down);
        }
        else if (magnitude < s_small)
        {
            _small += value * s_up * (value * s_up);
        }
        else
        {
            _middle += value * value;
        }
    }

    public void Add(in SquareSum other)
    {
        _large += other._large;
        _middle += other._middle;
        _small += other._small;
    }

    private static SquareSum OneByOne<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SquareSum sum = default;
        foreach (T value in values)
        {
            sum.Add(double.CreateTruncating(value));
        }

        return sum;
    }
}
