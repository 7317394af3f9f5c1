using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Averages weights over the steps of training. Equation numbers refer to docs/optimizers.md.</summary>
internal static unsafe class AverageSteps
{
    /// <summary>Effectively computes <c>a += share * (w - a)</c>; the rests are those of <see cref="Compensation"/>, or empty.</summary>
    public static void MoveTowards<T>(ReadOnlySpan<T> values, T share, Span<T> average, Span<T> rests = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* w = values, a = average, rest = rests)
        {
            Move<T> operands = new() { Values = w, Share = share, Average = a, Rests = rest };
            LaneLoop<T>.Run<Move<T>, Move<T>>(operands, average.Length);
        }
    }

    /// <summary>Swaps the numbers of two arrays.</summary>
    public static void Exchange<T>(Span<T> first, Span<T> second)
    {
        for (int k = 0; k < first.Length; k++)
        {
            (first[k], second[k]) = (second[k], first[k]);
        }
    }

    private struct Move<T> : ILaneKernel<Move<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Average, Rests;
        public T Share;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Move<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                // The distance of the halves does not overflow.
                TLane half = TLane.Broadcast(T.CreateTruncating(0.5)), share = TLane.Broadcast(at.Share + at.Share);
                TLane w = TLane.Load(at.Values + k), a = TLane.Load(at.Average + k), distance = half * w - half * a;
                if (at.Share > T.CreateTruncating(0.5))
                {
                    // Twice half the distance may overflow; an average that forgets so fast needs no rests.
                    TLane average = TLane.Broadcast(T.One - at.Share) * a + TLane.Broadcast(at.Share) * w;    // (16)
                    SmallNumbers.Flush<TLane, T>(average).Store(at.Average + k);
                }
                else if (at.Rests == null)
                {
                    SmallNumbers.Flush<TLane, T>(a + share * distance).Store(at.Average + k);                 // (16)
                }
                else
                {
                    TLane rest = TLane.Load(at.Rests + k);
                    Compensation.Add(rest + share * (distance - half * rest), a, at.Average, at.Rests, k);    // (16)(18)
                }
            }

            return k;
        }
    }
}
