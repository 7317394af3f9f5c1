using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Sums magnitudes: one number then shows whether all numbers are finite and how large they can be.</summary>
internal static unsafe class Magnitudes
{
    /// <summary>Effectively computes <c>sum |x|</c>: NaN or infinite if an x is, infinite also if the sum is too large.</summary>
    public static T Sum<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        fixed (T* x = values)
        {
            LaneLoop<T>.Run<Summation<T>, Summation<T>>(new() { Values = x, Sum = &sum }, values.Length);
        }

        return sum;
    }

    private struct Summation<T> : ILaneKernel<Summation<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T* Values, Sum;

        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Summation<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            // Four sums, as each addition to a single one would wait for the one before.
            TLane a = TLane.Broadcast(T.Zero), b = a, c = a, d = a;
            for (; k <= count - 4 * TLane.Count; k += 4 * TLane.Count)
            {
                a += TLane.Abs(TLane.Load(at.Values + k));
                b += TLane.Abs(TLane.Load(at.Values + k + TLane.Count));
                c += TLane.Abs(TLane.Load(at.Values + k + 2 * TLane.Count));
                d += TLane.Abs(TLane.Load(at.Values + k + 3 * TLane.Count));
            }

            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                a += TLane.Abs(TLane.Load(at.Values + k));
            }

            *at.Sum += TLane.Sum(a + b + (c + d));
            return k;
        }
    }
}
