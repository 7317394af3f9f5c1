using System.Numerics;

namespace Lstm.Numerics;

/// <summary>
/// The loss of an output y for a target t, and its derivative with respect to y: over lanes, and for numbers of any size.
/// </summary>
internal interface IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>;

    Wide Evaluate(double y, double t, out Wide derivative);
}
