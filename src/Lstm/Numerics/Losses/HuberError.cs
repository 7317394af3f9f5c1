using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

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
