using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Goes through the units of a row.</summary>
internal static class UnitLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Run<TUnits, TRow>(in TRow at, int count)
        where TUnits : IUnits<TRow, T> => LaneLoop<T>.Run<Each<TUnits, TRow>, TRow>(at, count);

    private readonly struct Each<TUnits, TRow> : ILaneKernel<TRow, T>
        where TUnits : IUnits<TRow, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in TRow at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TUnits.At<TLane>(at, u);
            }

            return u;
        }
    }
}
