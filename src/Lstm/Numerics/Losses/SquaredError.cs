using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

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
