using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The loops over the units of a row: to the cell state and from it, forward and backward, with the normalisation of the cell state between
/// them where there is one. One loop for both would be more than the compiler inlines into a method.
/// </summary>
internal static unsafe class LstmLoops<T, TForm, TNorm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
    where TNorm : ICellNorm
{
    /// <summary>Leaves c, or what is to be normalised, in <see cref="LstmRow{T, TForm}.NewCell"/>.</summary>
    public readonly struct ForwardToCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane c = LstmUnits<T, TForm>.ToCell<TLane>(at, u);
                (TNorm.IsCarried ? c : LstmUnits<T, TForm>.Clip(at, c)).Store(at.NewCell + u);
            }

            return u;
        }
    }

    public readonly struct ForwardFromCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane c = TLane.Load(at.NewCell + u), shown = c;
                if (TNorm.IsOn)
                {
                    shown = TLane.Load(at.CellNormalized + u) * TLane.Load(at.CellGain + u) + TLane.Load(at.CellShift + u);     // (4n)
                    if (TNorm.IsCarried)
                    {
                        c = shown = LstmUnits<T, TForm>.Clip(at, shown);
                    }
                }

                LstmUnits<T, TForm>.FromCell(at, u, c, shown);
            }

            return u;
        }
    }

    /// <summary>Leaves the gradient at x̂ of the cell state in <see cref="LstmRow{T, TForm}.ActivatedCell"/>, what passes it by in the cell gradient.</summary>
    public readonly struct BackwardFromCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dc = LstmUnits<T, TForm>.BackFromCell(at, u, out TLane dShown);
                if (!TNorm.IsOn)
                {
                    (dc + dShown).Store(at.CellGradient + u);
                    continue;
                }

                if (TNorm.IsCarried)
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

    public readonly struct BackwardToCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dc = TNorm.IsCarried ? TLane.Load(at.ActivatedCell + u) : TLane.Load(at.CellGradient + u);
                if (TNorm.IsOn && !TNorm.IsCarried)
                {
                    dc += TLane.Load(at.ActivatedCell + u);
                }

                LstmUnits<T, TForm>.BackToCell(at, u, TNorm.IsCarried ? dc : LstmUnits<T, TForm>.BackClip(at, u, dc));
            }

            return u;
        }
    }
}
