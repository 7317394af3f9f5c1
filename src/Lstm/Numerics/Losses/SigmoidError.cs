using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

internal readonly struct SigmoidError<T> : IElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Evaluate<TLane>(TLane y, TLane t, out TLane derivative)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane zero = default, one = TLane.Broadcast(T.One), half = TLane.Broadcast(T.CreateTruncating(0.5));
        TLane size = TLane.Abs(y), sign = TLane.CopySign(one, y);
        TLane e = Elementary.Exp<TLane, T>(zero - size);                                    // (4) e = exp(-|y|), at most 1
        TLane isPositive = TLane.MultiplyAdd(half, sign, half);
        TLane numerator = TLane.MultiplyAdd(isPositive, one - e, e);                        // 1 where y is positive, else e
        derivative = numerator / (one + e) - t;                                             // (5) sigmoid(y) - t
        TLane share = isPositive - sign * t;                                                // (5) 1 - t where y is positive, else t
        return TLane.MultiplyAdd(size, share, Logarithm.Log1p<TLane, T>(e));                // (5) l = |y| share + log(1 + e)
    }

    public Wide Evaluate(double y, double t, out Wide derivative)
    {
        double e = Math.Exp(-Math.Abs(y)), share = y > 0 ? 1 - t : t;                       // (4)
        derivative = (y > 0 ? 1 : e) / (1 + e) - t;                                         // (5)
        Wide log = ScalarLane<double>.Sum(Logarithm.Log1p<ScalarLane<double>, double>(ScalarLane<double>.Broadcast(e)));

        // An infinite logit costs nothing if the target agrees with it entirely: 0 * infinity is 0 here.
        return share == 0 && !double.IsNaN(y) ? log : (Wide)Math.Abs(y) * share + log;      // (5)
    }
}
