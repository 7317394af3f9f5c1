using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>The loss of an output y and its target t, and the derivative by y, over lanes.</summary>
internal interface IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>;
}

/// <summary>Losses of single numbers. docs/losses.md has the equations.</summary>
internal static unsafe class ElementLosses
{
    /// <summary>So many numbers of each place in a lane are summed in their own precision; the sums of such chunks are added in double.</summary>
    private const int LanesOfChunk = 128;

    /// <summary>Effectively computes <c>gradient = scale * loss'(outputs, targets)</c>, which may be the outputs or empty.</summary>
    /// <returns>sum(loss(outputs, targets)).</returns>
    public static double Evaluate<T, TLoss>(in TLoss loss, ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementLoss<T>
    {
        int chunkLength = LanesOfChunk * Simd.LaneCount<T>();
        double sum = 0;
        fixed (T* y = outputs, t = targets, dy = gradient)
        {
            for (int start = 0; start < outputs.Length; start += chunkLength)
            {
                int length = Math.Min(chunkLength, outputs.Length - start);
                Chunk<T, TLoss> chunk = new() { Loss = loss, Outputs = y + start, Targets = t + start, Gradient = dy + start, Scale = scale, Sum = &sum };
                if (dy != null)
                {
                    LaneLoop<T>.Run<Loop<T, TLoss, On>, Chunk<T, TLoss>>(chunk, length);
                }
                else
                {
                    LaneLoop<T>.Run<Loop<T, TLoss, Off>, Chunk<T, TLoss>>(chunk, length);
                }
            }
        }

        return sum;
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
}

internal readonly struct SigmoidError<T> : IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane zero = default, one = TLane.Broadcast(T.One), half = TLane.Broadcast(T.CreateTruncating(0.5));
        TLane e = Elementary.Exp<TLane, T>(zero - TLane.Abs(y));                            // (4) e = exp(-|y|), at most 1
        TLane isPositive = half + TLane.CopySign(half, y);
        TLane numerator = TLane.MultiplyAdd(isPositive, one - e, e);                        // 1 where y is positive, else e
        derivative = numerator / (one + e) - t;                                             // (5) sigmoid(y) - t
        return TLane.Max(zero, y) - y * t + Logarithm.Log1p<TLane, T>(e);                   // (5) l = max(y, 0) - y t + log(1 + e)
    }
}
