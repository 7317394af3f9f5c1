using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>Computes the losses of single numbers. docs/losses.md has the equations.</summary>
internal static unsafe class ElementLosses
{
    /// <summary>
    /// The number of lanes that are summed in their own precision; the sums of such chunks are added in double.
    /// </summary>
    private const int LanesOfChunk = 128;

    /// <summary>
    /// Effectively computes <c>gradient = reduction.Scale(weight) * loss'(outputs, targets)</c>; the gradient may be the outputs or empty.
    /// </summary>
    /// <returns>
    /// <c>weight * sum(loss(outputs, targets))</c>, without losses of an unusual size, which are added to <paramref name="sum"/>.
    /// </returns>
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

    /// <summary>Evaluates with a copy of the outputs, which the gradient replaces: a chunk may have to be computed once more.</summary>
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

    /// <summary>Returns whether a sum of losses had neither an overflow among its terms nor underflows that could change it.</summary>
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
