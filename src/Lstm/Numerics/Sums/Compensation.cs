using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// Adds small steps to a sum, and keeps the rounding error of each step in a number beside the sum, the rest: Kahan, "Further remarks on
/// reducing truncation errors" (1965), with the exact sum of two numbers from Knuth, "The Art of Computer Programming", volume 2, section
/// 4.2.2. Equation numbers refer to docs/optimizers.md.
/// </summary>
internal static unsafe class Compensation
{
    /// <summary>Returns whether a type needs rests by default: training takes no steps below 2^-53 of a weight in double.</summary>
    public static bool IsNeededBy<T>() => typeof(T) == typeof(float);

    /// <summary>Effectively computes <c>w -= step</c> for the lane that begins at index k; the rests may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Descend<TLane, T>(TLane step, T* values, T* rests, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane w = TLane.Load(values + k);
        if (rests == null)
        {
            SmallNumbers.Flush<TLane, T>(w - step).Store(values + k);
            return;
        }

        // A rest that would change w belongs to a weight that has been replaced since.
        TLane rest = TLane.Load(rests + k);
        TLane isStale = TLane.IsGreater(TLane.Abs(w + rest - w), TLane.Broadcast(T.Zero));
        Add((TLane.Broadcast(T.One) - isStale) * rest - step, w, values, rests, k);                           // (17)
    }

    /// <summary>Stores the sum and the rest of <c>w + d</c>, where d includes the previous rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLane, T>(TLane d, TLane w, T* values, T* rests, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane sum = w + d, added = sum - w;
        SmallNumbers.Flush<TLane, T>(sum).Store(values + k);
        SmallNumbers.Flush<TLane, T>(w - (sum - added) + (d - added)).Store(rests + k);                       // (18)
    }
}
