using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The loops over the units of a row: one forward and one backward where the cell state is not normalised, two each where it is, with the
/// normalisation between them.
/// </summary>
internal static unsafe class LstmLoops<T, TForm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
{
    public readonly struct Forward : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane c = LstmUnits<T, TForm>.Clip(at, LstmUnits<T, TForm>.ToCell<TLane>(at, u));
                LstmUnits<T, TForm>.FromCell(at, u, c, c);
            }

            return u;
        }
    }

    /// <summary>Leaves the cell state that is to be normalised in <see cref="LstmRow{T, TForm}.NewCell"/>.</summary>
    public readonly struct ForwardToCell<TCarried> : ILaneKernel<LstmRow<T, TForm>, T>
        where TCarried : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane c = LstmUnits<T, TForm>.ToCell<TLane>(at, u);
                (TCarried.IsOn ? c : LstmUnits<T, TForm>.Clip(at, c)).Store(at.NewCell + u);
            }

            return u;
        }
    }

    public readonly struct ForwardFromCell<TCarried> : ILaneKernel<LstmRow<T, TForm>, T>
        where TCarried : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane shown = TLane.Load(at.CellNormalized + u) * TLane.Load(at.CellGain + u) + TLane.Load(at.CellShift + u);   // (4n)
                TLane c = TCarried.IsOn ? LstmUnits<T, TForm>.Clip(at, shown) : TLane.Load(at.NewCell + u);
                LstmUnits<T, TForm>.FromCell(at, u, c, TCarried.IsOn ? c : shown);
            }

            return u;
        }
    }

    public readonly struct Backward : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dc = LstmUnits<T, TForm>.BackFromCell(at, u, out TLane dShown);
                LstmUnits<T, TForm>.BackToCell(at, u, LstmUnits<T, TForm>.BackClip(at, u, dc + dShown));
            }

            return u;
        }
    }

    /// <summary>Leaves the gradient at x̂ of the cell state in <see cref="LstmRow{T, TForm}.ActivatedCell"/>, what passes it by in the cell gradient.</summary>
    public readonly struct BackwardFromCell<TCarried> : ILaneKernel<LstmRow<T, TForm>, T>
        where TCarried : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dc = LstmUnits<T, TForm>.BackFromCell(at, u, out TLane dShown);
                if (TCarried.IsOn)
                {
                    dShown = LstmUnits<T, TForm>.BackClip(at, u, dc + dShown);
                }
                else
                {
                    dc.Store(at.CellGradient + u);
                }

                LstmUnits<T, TForm>.Add(at.CellGainGradient + u, dShown * TLane.Load(at.CellNormalized + u));   // (4n)
                LstmUnits<T, TForm>.Add(at.CellShiftGradient + u, dShown);                                      // (4n)
                (dShown * TLane.Load(at.CellGain + u)).Store(at.ActivatedCell + u);                             // (4n)
            }

            return u;
        }
    }

    public readonly struct BackwardToCell<TCarried> : ILaneKernel<LstmRow<T, TForm>, T>
        where TCarried : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dc = TLane.Load(at.ActivatedCell + u);
                if (!TCarried.IsOn)
                {
                    dc = LstmUnits<T, TForm>.BackClip(at, u, dc + TLane.Load(at.CellGradient + u));
                }

                LstmUnits<T, TForm>.BackToCell(at, u, dc);
            }

            return u;
        }
    }
}
