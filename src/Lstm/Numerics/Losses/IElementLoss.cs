using System.Numerics;

namespace Lstm.Numerics;

/// <summary>The loss of an output y and its target t, and the derivative by y: over lanes, and once more for numbers of any size.</summary>
internal interface IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>;

    Wide Evaluate(double y, double t, out Wide derivative);
}
