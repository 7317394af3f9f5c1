using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>
/// The factor that brings a gradient's norm down to a limit. A factor below the smallest number that has all its digits is applied in
/// steps: 5e-41 as a float has only 5 digits.
/// </summary>
internal readonly struct GradientFactor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int s_stepExponent = typeof(T) == typeof(float) ? 64 : 512;
    private static readonly int s_leastExponent = typeof(T) == typeof(float) ? -125 : -1021;
    private static readonly T s_step = T.CreateTruncating(Math.ScaleB(1, -s_stepExponent));

    private readonly int _steps;
    private readonly T _rest;

    private GradientFactor(int steps, T rest) => (_steps, _rest) = (steps, rest);

    /// <summary>The factor that changes nothing.</summary>
    public static GradientFactor<T> One { get; } = new(0, T.One);

    public bool IsOne => _steps == 0 && _rest == T.One;

    /// <summary>Computes min(1, limit / norm) for a limit greater than 0; returns one if the norm is not finite.</summary>
    public static GradientFactor<T> Of(in SquareSum norm, double limit)
    {
        (double root, int shift) = norm.ScaledRoot;
        if (!double.IsFinite(root) || !(norm.Root > limit))
        {
            return One;
        }

        // Both are scaled to [1, 2), as a double may hold neither the norm nor the quotient.
        int limitExponent = Math.ILogB(limit), rootExponent = Math.ILogB(root);
        double quotient = Math.ScaleB(limit, -limitExponent) / Math.ScaleB(root, -rootExponent);
        int exponent = limitExponent - rootExponent - shift, steps = 0;
        for (; exponent < s_leastExponent; exponent += s_stepExponent)
        {
            steps++;
        }

        return new(steps, T.CreateTruncating(Math.ScaleB(quotient, exponent)));
    }

    public void Apply(Span<T> gradient)
    {
        for (int step = 0; step < _steps; step++)
        {
            TensorPrimitives.Multiply(gradient, s_step, gradient);
        }

        TensorPrimitives.Multiply(gradient, _rest, gradient);
    }
}
