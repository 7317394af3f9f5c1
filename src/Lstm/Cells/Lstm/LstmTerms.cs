using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Every other LSTM: the equations of <see cref="LstmUnits{T, TForm}"/> with what options add to them or take away, by the numbers of
/// docs/lstm.md. Between the two halves the cell state is normalised where it is.
/// <code>
/// (2c) f = 1 - i                (4k) c within its limits         (9)  i, f, o reach the next step
/// (3d) elements of g dropped    (4n) c normalised, and h of that  (10) da within its limits
/// </code>
/// </summary>
internal static class LstmTerms<T, TForm, TNorm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
    where TNorm : ICellNorm
{
    /// <summary>Leaves c, or what is to be normalised.</summary>
    public readonly struct ToCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane i = TLane.Broadcast(T.One), f = i, cPrev = at.CellBefore.Load<TLane>(u);
            if (at.Form.HasInputGate)
            {
                i = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.I, at.BiasI, at.PeepholeI, cPrev, u));         // (1)
                at.I.Store(u, i);
            }

            if (at.Form.IsCoupled)
            {
                f -= i;                                                                                             // (2c)
            }
            else if (at.Form.HasForgetGate)
            {
                f = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.F, at.BiasF, at.PeepholeF, cPrev, u));         // (2)
                at.F.Store(u, f);
            }

            TLane g = Activations.Activate<TLane, T>(at.Form.BlockActivation, at.PreActivation<TLane>(at.G, at.BiasG, u));  // (3)
            at.G.Store(u, g);
            if (at.Form.DropsBlockInput)
            {
                g *= at.GateMask.Load<TLane>(u);                                                                    // (3d)
            }

            TLane c = f * cPrev + i * g;                                                                            // (4)
            at.Cell.Store(u, TNorm.IsCarried ? c : Clip(at, c));
        }
    }

    /// <summary>From c, and its x̂ where it is normalised, to h.</summary>
    public readonly struct FromCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane c = at.Cell.Load<TLane>(u), shown = c, o = TLane.Broadcast(T.One);
            if (TNorm.IsOn)
            {
                shown = at.CellNormalized.Load<TLane>(u) * at.CellGain.Load<TLane>(u) + at.CellShift.Load<TLane>(u);    // (4n)
            }

            if (TNorm.IsCarried)
            {
                c = shown = Clip(at, shown);
                at.Cell.Store(u, c);
            }

            if (at.Form.HasOutputGate)
            {
                o = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.O, at.BiasO, at.PeepholeO, c, u));             // (5)
                at.O.Store(u, o);
            }

            TLane activated = Activations.Activate<TLane, T>(at.Form.OutputActivation, shown);
            at.ActivatedCell.Store(u, activated);
            at.Hidden.Store(u, o * activated);                                                                      // (6)
            if (at.Form.HasGateHistory)
            {
                at.HistoryI.Store(u, at.I.Load<TLane>(u));                                                          // (9)
                at.HistoryF.Store(u, at.F.Load<TLane>(u));                                                          // (9)
                at.HistoryO.Store(u, o);                                                                            // (9)
            }
        }
    }

    /// <summary>Leaves dc, or where c is normalised the gradient at its x̂, and what passes that by in the gradient of c.</summary>
    public readonly struct BackFromCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane one = TLane.Broadcast(T.One), o = one, activated = at.ActivatedCell.Load<TLane>(u);
            TLane dh = at.HiddenGradient.Load<TLane>(u), dc = at.CellGradient.Load<TLane>(u);
            if (at.Form.HasOutputGate)
            {
                o = at.O.Load<TLane>(u);
                TLane dOutputGate = dh * activated;                                                                 // (6)
                if (at.Form.HasGateHistory)
                {
                    dOutputGate += at.HistoryGradientO.Load<TLane>(u);                                              // (9)
                }

                TLane dao = Limit(at, dOutputGate * o * (one - o));                                                 // (5)(10)
                at.O.Store(u, dao);
                dc = at.BackPeephole(dc, at.PeepholeO, at.PeepholeGradientO, dao, at.Cell, u);                      // (5)
                AddBias(at, at.BiasGradientO, u, dao);                                                              // (5)
            }

            TLane dShown = dh * o * Activations.Slope<TLane, T>(at.Form.OutputActivation, activated);               // (6)
            if (!TNorm.IsOn)
            {
                at.CellGradient.Store(u, dc + dShown);
                return;
            }

            if (TNorm.IsCarried)
            {
                dShown = BackClip(at, u, dc + dShown);
            }
            else
            {
                at.CellGradient.Store(u, dc);
            }

            at.CellGainGradient.Add(u, dShown * at.CellNormalized.Load<TLane>(u));                                  // (4n)
            at.CellShiftGradient.Add(u, dShown);                                                                    // (4n)
            at.ActivatedCell.Store(u, dShown * at.CellGain.Load<TLane>(u));                                         // (4n)
        }
    }

    /// <summary>From dc to the other gates and to c of the step before.</summary>
    public readonly struct BackToCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane dc = TNorm.IsCarried ? at.ActivatedCell.Load<TLane>(u) : at.CellGradient.Load<TLane>(u);
            if (TNorm.IsOn && !TNorm.IsCarried)
            {
                dc += at.ActivatedCell.Load<TLane>(u);                                                              // (4n)
            }

            dc = TNorm.IsCarried ? dc : BackClip(at, u, dc);
            TLane one = TLane.Broadcast(T.One), i = one, f = one, cPrev = at.CellBefore.Load<TLane>(u);
            TLane g = at.G.Load<TLane>(u), slope = Activations.Slope<TLane, T>(at.Form.BlockActivation, g);
            if (at.Form.DropsBlockInput)
            {
                TLane m = at.GateMask.Load<TLane>(u);
                g *= m;                                                                                             // (3d)
                slope *= m;                                                                                         // (3d)
            }

            i = at.Form.HasInputGate ? at.I.Load<TLane>(u) : i;
            f = at.Form.IsCoupled ? one - i : at.Form.HasForgetGate ? at.F.Load<TLane>(u) : f;
            TLane dcPrev = dc * f;                                                                                  // (4)
            TLane dag = Limit(at, dc * i * slope);                                                                  // (4)(3)(10)
            at.G.Store(u, dag);
            AddBias(at, at.BiasGradientG, u, dag);                                                                  // (3)
            if (at.Form.HasInputGate)
            {
                TLane dInputGate = dc * g;                                                                          // (4)
                if (at.Form.IsCoupled)
                {
                    dInputGate -= dc * cPrev;                                                                       // (4)(2c)
                }

                if (at.Form.HasGateHistory)
                {
                    dInputGate += at.HistoryGradientI.Load<TLane>(u);                                               // (9)
                }

                TLane dai = Limit(at, dInputGate * i * (one - i));                                                  // (1)(10)
                at.I.Store(u, dai);
                dcPrev = at.BackPeephole(dcPrev, at.PeepholeI, at.PeepholeGradientI, dai, at.CellBefore, u);        // (1)
                AddBias(at, at.BiasGradientI, u, dai);                                                              // (1)
            }

            if (at.Form.HasForgetGate)
            {
                TLane dForgetGate = dc * cPrev;                                                                     // (4)
                if (at.Form.HasGateHistory)
                {
                    dForgetGate += at.HistoryGradientF.Load<TLane>(u);                                              // (9)
                }

                TLane daf = Limit(at, dForgetGate * f * (one - f));                                                 // (2)(10)
                at.F.Store(u, daf);
                dcPrev = at.BackPeephole(dcPrev, at.PeepholeF, at.PeepholeGradientF, daf, at.CellBefore, u);        // (2)
                AddBias(at, at.BiasGradientF, u, daf);                                                              // (2)
            }

            at.CellGradient.Store(u, dcPrev);
        }
    }

    /// <summary>c within its limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Clip<TLane>(in LstmRow<T, TForm> at, TLane c)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.Clips
            ? TLane.Min(TLane.Broadcast(at.Clip), TLane.Max(TLane.Broadcast(-at.Clip), c))                          // (4k)
            : c;

    /// <summary>dc where c was within its limits, 0 where it was cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane BackClip<TLane>(in LstmRow<T, TForm> at, int u, TLane dc)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.Clips
            ? dc * TLane.IsGreater(TLane.Broadcast(at.Clip), TLane.Abs(at.Cell.Load<TLane>(u)))                     // (4k)
            : dc;

    /// <summary>da within its limits, where there are any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Limit<TLane>(in LstmRow<T, TForm> at, TLane da)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.LimitsGradients ? GradientLimit.Apply(da, at.GradientLimit) : da;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBias<TLane>(in LstmRow<T, TForm> at, Numbers<T> gradient, int u, TLane da)
        where TLane : unmanaged, ILane<TLane, T>
    {
        if (at.Form.HasBias)
        {
            gradient.Add(u, da);
        }
    }
}
