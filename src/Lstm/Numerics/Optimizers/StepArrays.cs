using System.Numerics;

namespace Lstm.Numerics;

/// <summary>
/// What the step of an optimiser reads and writes: arrays, null where a step has none, and the factors that all parameters share.
/// </summary>
internal unsafe struct StepArrays<T, TFactors>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFactors : struct
{
    public T* Values, Rests, Gradients, Mean, Squares, Velocity;
    public TFactors Factors;

    public static void Run<TStep>(
        TFactors factors,
        Span<T> values,
        Span<T> rests,
        ReadOnlySpan<T> gradients = default,
        Span<T> mean = default,
        Span<T> squares = default,
        Span<T> velocity = default)
        where TStep : ILaneKernel<StepArrays<T, TFactors>, T>
    {
        fixed (T* w = values, rest = rests, g = gradients, m = mean, s = squares, v = velocity)
        {
            StepArrays<T, TFactors> arrays = new() { Values = w, Rests = rest, Gradients = g, Mean = m, Squares = s, Velocity = v };
            arrays.Factors = factors;
            LaneLoop<T>.Run<TStep, StepArrays<T, TFactors>>(arrays, values.Length);
        }
    }
}
