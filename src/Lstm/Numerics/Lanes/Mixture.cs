using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Mixes two arrays element by element with a mask.</summary>
internal static unsafe class Mixture
{
    /// <summary>Effectively computes <c>result = m*a + (1-m)*b</c>.</summary>
    public static void Forward<T>(ReadOnlySpan<T> m, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* mask = m, first = a, second = b, to = result)
        {
            LaneLoop<T>.Run<ForwardElements<T>, Operands<T>>(new() { Mask = mask, First = first, Second = second, Result = to }, m.Length);
        }
    }

    /// <summary>Effectively computes <c>other = (1-m)*gradient; gradient *= m</c>.</summary>
    public static void Backward<T>(ReadOnlySpan<T> m, Span<T> gradient, Span<T> other)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* mask = m, first = gradient, second = other)
        {
            LaneLoop<T>.Run<BackwardElements<T>, Operands<T>>(new() { Mask = mask, First = first, Second = second }, m.Length);
        }
    }

    private struct Operands<T>
        where T : unmanaged
    {
        public T* Mask, First, Second, Result;
    }

    private readonly struct ForwardElements<T> : ILaneKernel<Operands<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Operands<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane m = TLane.Load(at.Mask + k), rest = TLane.Broadcast(T.One) - m;
                (m * TLane.Load(at.First + k) + rest * TLane.Load(at.Second + k)).Store(at.Result + k);
            }

            return k;
        }
    }

    private readonly struct BackwardElements<T> : ILaneKernel<Operands<T>, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Operands<T> at, int k, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; k <= count - TLane.Count; k += TLane.Count)
            {
                TLane m = TLane.Load(at.Mask + k), gradient = TLane.Load(at.First + k);
                ((TLane.Broadcast(T.One) - m) * gradient).Store(at.Second + k);
                (gradient * m).Store(at.First + k);
            }

            return k;
        }
    }
}
