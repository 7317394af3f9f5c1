using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>The loss of an output y and its target t, and the derivative by y: over lanes, and once more for numbers of any size.</summary>
internal interface IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>;

    Wide Evaluate(double y, double t, out Wide derivative);
}

/// <summary>Losses of single numbers. docs/losses.md has the equations.</summary>
internal static unsafe class ElementLosses
{
    /// <summary>So many numbers of each place in a lane are summed in their own precision; the sums of such chunks are added in double.</summary>
    private const int LanesOfChunk = 128;

    /// <summary>
    /// Effectively computes <c>gradient = reduction.Scale(weight) * loss'(outputs, targets)</c>, which may be the outputs or empty.
    /// </summary>
    /// <param name="loss">The loss of one number.</param>
    /// <param name="outputs">[length].</param>
    /// <param name="targets">[length].</param>
    /// <param name="gradient">[length], or empty.</param>
    /// <param name="weight">What each number counts.</param>
    /// <param name="reduction">What the losses become a part of.</param>
    /// <param name="sum">What is not of a usual size is added here.</param>
    /// <returns><c>weight * sum(loss(outputs, targets))</c>, but for what is added to the sum.</returns>
    public static double Evaluate<T, TLoss>(
        in TLoss loss,
        ReadOnlySpan<T> outputs,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        double weight,
        in LossReduction reduction,
        ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementLoss<T>
    {
        if (Unsafe.AreSame(in MemoryMarshal.GetReference(outputs), in MemoryMarshal.GetReference(gradient)))
        {
            return EvaluateInPlace(loss, targets, gradient, weight, reduction, ref sum);
        }

        T scale = gradient.IsEmpty ? T.One : T.CreateTruncating(reduction.Scale(weight));
        bool fits = T.IsNormal(scale);
        int chunkLength = LanesOfChunk * Simd.LaneCount<T>();
        double usual = 0;
        fixed (T* y = outputs, t = targets, dy = gradient)
        {
            for (int start = 0; start < outputs.Length; start += chunkLength)
            {
                double chunkSum = 0;
                int length = Math.Min(chunkLength, outputs.Length - start);
                Chunk<T, TLoss> chunk = new()
                {
                    Loss = loss,
                    Outputs = y + start,
                    Targets = t + start,
                    Gradient = dy == null ? null : dy + start,
                    Scale = scale,
                    Sum = &chunkSum,
                };
                if (dy != null)
                {
                    LaneLoop<T>.Run<Loop<T, TLoss, On>, Chunk<T, TLoss>>(chunk, length);
                }
                else
                {
                    LaneLoop<T>.Run<Loop<T, TLoss, Off>, Chunk<T, TLoss>>(chunk, length);
                }

                double product = weight * chunkSum;
                if (fits && IsExact<T>(chunkSum) && WideSum.IsUsual(product))
                {
                    usual += product;
                }
                else
                {
                    EvaluateWidely(chunk, length, weight, reduction, ref sum);
                }
            }
        }

        return usual;
    }

    /// <summary>A chunk may have to be computed once more, so its outputs are kept where the gradient takes their place.</summary>
    [SkipLocalsInit]
    private static double EvaluateInPlace<T, TLoss>(
        in TLoss loss, ReadOnlySpan<T> targets, Span<T> outputs, double weight, in LossReduction reduction, ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementLoss<T>
    {
        int chunkLength = LanesOfChunk * Simd.LaneCount<T>();
        double usual = 0;
        Span<T> kept = stackalloc T[chunkLength];
        for (int start = 0; start < outputs.Length; start += chunkLength)
        {
            int length = Math.Min(chunkLength, outputs.Length - start);
            Span<T> part = outputs.Slice(start, length);
            part.CopyTo(kept);
            usual += Evaluate(loss, kept[..length], targets.Slice(start, length), part, weight, reduction, ref sum);
        }

        return usual;
    }

    /// <summary>Whether a sum of losses had neither an overflow among its terms nor underflows that it could notice.</summary>
    private static bool IsExact<T>(double sum) => typeof(T) == typeof(float)
        ? Math.Abs(sum) is >= 1e-27 and <= double.MaxValue
        : Math.Abs(sum) is >= 1e-280 and <= double.MaxValue;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EvaluateWidely<T, TLoss>(
        in Chunk<T, TLoss> at, int length, double weight, in LossReduction reduction, ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementLoss<T>
    {
        if (*at.Sum == 0 && T.IsFinite(at.Scale) && new Span<T>(at.Outputs, length).SequenceEqual(new Span<T>(at.Targets, length)))
        {
            return;
        }

        Wide scale = reduction.WideScale(weight);
        for (int k = 0; k < length; k++)
        {
            double y = double.CreateTruncating(at.Outputs[k]), t = double.CreateTruncating(at.Targets[k]);
            Wide number = at.Loss.Evaluate(y, t, out Wide derivative);
            sum.Add(weight * number);
            if (at.Gradient != null)
            {
                at.Gradient[k] = T.CreateTruncating((double)(derivative * scale));
            }
        }
    }

    private struct Chunk<T, TLoss>
        where T : unmanaged
    {
        public TLoss Loss;
        public T* Outputs, Targets, Gradient;
        public T Scale;
        public double* Sum;
    }

    private readonly struct Loop<T, TLoss, TStore> : ILaneKernel<Chunk<T, TLoss>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementLoss<T>
        where TStore : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Chunk<T, TLoss> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLoss loss = at.Loss;
            TLane sums = default, scale = TLane.Broadcast(at.Scale);
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                sums += loss.Evaluate(TLane.Load(at.Outputs + k), TLane.Load(at.Targets + k), out TLane derivative);
                if (TStore.IsOn)
                {
                    (derivative * scale).Store(at.Gradient + k);
                }
            }

            *at.Sum += double.CreateTruncating(TLane.Sum(sums));
            return k;
        }
    }
}

internal readonly struct SquaredError<T> : IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane d = y - t;
        derivative = d + d;                                                                 // (1)
        return d * d;                                                                       // (1) l = d²
    }

    public Wide Evaluate(double y, double t, out Wide derivative)
    {
        Wide d = (Wide)y - t;
        derivative = 2 * d;                                                                 // (1)
        return d * d;                                                                       // (1)
    }
}

internal readonly struct HuberError<T>(T delta) : IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _delta = delta;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane d = y - t, size = TLane.Abs(d), half = TLane.Broadcast(T.CreateTruncating(0.5));
        TLane c = TLane.Min(TLane.Broadcast(_delta), size);                                 // (2) c = min(|d|, delta)
        derivative = TLane.CopySign(c, d);                                                  // (3)
        return c * (size - half * c);                                                       // (3) l = c (|d| - c/2)
    }

    public Wide Evaluate(double y, double t, out Wide derivative)
    {
        Wide d = (Wide)y - t, size = Wide.Abs(d), limit = double.CreateTruncating(_delta);
        Wide c = (size - limit).Significand > 0 ? limit : size;                             // (2)
        derivative = d.Significand < 0 ? -c : c;                                            // (3)
        return c * (size - 0.5 * c);                                                        // (3)
    }
}

internal readonly struct SigmoidError<T> : IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane zero = default, one = TLane.Broadcast(T.One), half = TLane.Broadcast(T.CreateTruncating(0.5));
        TLane size = TLane.Abs(y), sign = TLane.CopySign(one, y);
        TLane e = Elementary.Exp<TLane, T>(zero - size);                                    // (4) e = exp(-|y|), at most 1
        TLane isPositive = TLane.MultiplyAdd(half, sign, half);
        TLane numerator = TLane.MultiplyAdd(isPositive, one - e, e);                        // 1 where y is positive, else e
        derivative = numerator / (one + e) - t;                                             // (5) sigmoid(y) - t
        TLane share = isPositive - sign * t;                                                // (5) 1 - t where y is positive, else t
        return TLane.MultiplyAdd(size, share, Logarithm.Log1p<TLane, T>(e));                // (5) l = |y| share + log(1 + e)
    }

    public Wide Evaluate(double y, double t, out Wide derivative)
    {
        double e = Math.Exp(-Math.Abs(y)), share = y > 0 ? 1 - t : t;                       // (4)
        derivative = (y > 0 ? 1 : e) / (1 + e) - t;                                         // (5)
        Wide log = ScalarLane<double>.Sum(Logarithm.Log1p<ScalarLane<double>, double>(ScalarLane<double>.Broadcast(e)));

        // A target that is sure of what an infinite logit says costs nothing: 0 * infinity is 0 here.
        return share == 0 && !double.IsNaN(y) ? log : (Wide)Math.Abs(y) * share + log;      // (5)
    }
}
