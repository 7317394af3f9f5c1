using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Cuts gradients off at a limit.</summary>
internal static class GradientLimit
{
    /// <summary>Effectively computes <c>min(limit, max(-limit, d))</c>, or d if the limit is 0; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Apply<TLane, T>(TLane d, T limit)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        limit > T.Zero ? TLane.Min(TLane.Broadcast(limit), TLane.Max(TLane.Broadcast(-limit), d)) : d;
}
