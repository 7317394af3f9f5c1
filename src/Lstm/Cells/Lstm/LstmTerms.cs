using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Every other LSTM: the equations of <see cref="LstmUnits{T, TForm}"/> with the terms that options add or take away, by the numbers of
/// docs/lstm.md. Where the cell state is normalised, that is done between the two halves.
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
    /// <summary>Computes c, or the cell state that is to be normalised.</summary>
    public readonly struct ToCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane i = TLane.Broadcast(T.One), f = i, cPrev = TLane.Load(at.CellBefore, u);
                if (at.Form.HasInputGate)
                {
                    i = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.I, at.BiasI, at.PeepholeI, cPrev, u));                // (1)
                    i.Store(at.I, u);
                }

                if (at.Form.IsCoupled)
                {
                    f -= i;                                                                                                    // (2c)
                }
                else if (at.Form.HasForgetGate)
                {
                    f = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.F, at.BiasF, at.PeepholeF, cPrev, u));                // (2)
                    f.Store(at.F, u);
                }

                TLane g = Activations.Activate<TLane, T>(at.Form.BlockActivation, at.PreActivation<TLane>(at.G, at.BiasG, u));  // (3)
                g.Store(at.G, u);
                if (at.Form.DropsBlockInput)
                {
                    g *= TLane.Load(at.GateMask, u);                                                                           // (3d)
                }

                TLane c = f * cPrev + i * g;                                                                                   // (4)
                (TNorm.IsCarried ? c : Clip(at, c)).Store(at.Cell, u);
            }

            return u;
        }
    }

    /// <summary>Computes h from c, and from its x̂ where it is normalised.</summary>
    public readonly struct FromCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane c = TLane.Load(at.Cell, u), shown = c, o = TLane.Broadcast(T.One);
                if (TNorm.IsOn)
                {
                    shown = TLane.Load(at.CellNormalized, u) * TLane.Load(at.CellGain, u) + TLane.Load(at.CellShift, u);       // (4n)
                }

                if (TNorm.IsCarried)
                {
                    c = shown = Clip(at, shown);
                    c.Store(at.Cell, u);
                }

                if (at.Form.HasOutputGate)
                {
                    o = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.O, at.BiasO, at.PeepholeO, c, u));                    // (5)
                    o.Store(at.O, u);
                }

                TLane activated = Activations.Activate<TLane, T>(at.Form.OutputActivation, shown);
                activated.Store(at.ActivatedCell, u);
                (o * activated).Store(at.Hidden, u);                                                                           // (6)
                if (at.Form.HasGateHistory)
                {
                    (TLane.Load(at.I, u)).Store(at.HistoryI, u);                                                               // (9)
                    (TLane.Load(at.F, u)).Store(at.HistoryF, u);                                                               // (9)
                    o.Store(at.HistoryO, u);                                                                                   // (9)
                }
            }

            return u;
        }
    }

    /// <summary>
    /// Computes dc or, where c is normalised, the gradient at its x̂; the part of dc that bypasses the normalisation stays in the gradient
    /// of c.
    /// </summary>
    public readonly struct BackFromCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane one = TLane.Broadcast(T.One), o = one, activated = TLane.Load(at.ActivatedCell, u);
                TLane dh = TLane.Load(at.HiddenGradient, u), dc = TLane.Load(at.CellGradient, u);
                if (at.Form.HasOutputGate)
                {
                    o = TLane.Load(at.O, u);
                    TLane dOutputGate = dh * activated;                                                                        // (6)
                    if (at.Form.HasGateHistory)
                    {
                        dOutputGate += TLane.Load(at.HistoryGradientO, u);                                                     // (9)
                    }

                    TLane dao = Limit(at, dOutputGate * o * (one - o));                                                        // (5)(10)
                    dao.Store(at.O, u);
                    dc = at.BackPeephole(dc, at.PeepholeO, at.PeepholeGradientO, dao, at.Cell, u);                             // (5)
                    AddBias(at, at.BiasGradientO, u, dao);                                                                     // (5)
                }

                TLane dShown = dh * o * Activations.Slope<TLane, T>(at.Form.OutputActivation, activated);                      // (6)
                if (!TNorm.IsOn)
                {
                    (dc + dShown).Store(at.CellGradient, u);
                    continue;
                }

                if (TNorm.IsCarried)
                {
                    dShown = BackClip(at, u, dc + dShown);
                }
                else
                {
                    dc.Store(at.CellGradient, u);
                }

                at.CellGainGradient.Add(u, dShown * TLane.Load(at.CellNormalized, u));                                         // (4n)
                at.CellShiftGradient.Add(u, dShown);                                                                           // (4n)
                (dShown * TLane.Load(at.CellGain, u)).Store(at.ActivatedCell, u);                                              // (4n)
            }

            return u;
        }
    }

    /// <summary>Goes back from dc to the other gates and to c of the step before.</summary>
    public readonly struct BackToCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane dc = TNorm.IsCarried ? TLane.Load(at.ActivatedCell, u) : TLane.Load(at.CellGradient, u);
                if (TNorm.IsOn && !TNorm.IsCarried)
                {
                    dc += TLane.Load(at.ActivatedCell, u);                                                                     // (4n)
                }

                dc = TNorm.IsCarried ? dc : BackClip(at, u, dc);
                TLane one = TLane.Broadcast(T.One), i = one, f = one, cPrev = TLane.Load(at.CellBefore, u);
                TLane g = TLane.Load(at.G, u), slope = Activations.Slope<TLane, T>(at.Form.BlockActivation, g);
                if (at.Form.DropsBlockInput)
                {
                    TLane m = TLane.Load(at.GateMask, u);
                    g *= m;                                                                                                    // (3d)
                    slope *= m;                                                                                                // (3d)
                }

                i = at.Form.HasInputGate ? TLane.Load(at.I, u) : i;
                f = at.Form.IsCoupled ? one - i : at.Form.HasForgetGate ? TLane.Load(at.F, u) : f;
                TLane dcPrev = dc * f;                                                                                         // (4)
                TLane dag = Limit(at, dc * i * slope);                                                                         // (4)(3)(10)
                dag.Store(at.G, u);
                AddBias(at, at.BiasGradientG, u, dag);                                                                         // (3)
                if (at.Form.HasInputGate)
                {
                    TLane dInputGate = dc * g;                                                                                 // (4)
                    if (at.Form.IsCoupled)
                    {
                        dInputGate -= dc * cPrev;                                                                              // (4)(2c)
                    }

                    if (at.Form.HasGateHistory)
                    {
                        dInputGate += TLane.Load(at.HistoryGradientI, u);                                                      // (9)
                    }

                    TLane dai = Limit(at, dInputGate * i * (one - i));                                                         // (1)(10)
                    dai.Store(at.I, u);
                    dcPrev = at.BackPeephole(dcPrev, at.PeepholeI, at.PeepholeGradientI, dai, at.CellBefore, u);               // (1)
                    AddBias(at, at.BiasGradientI, u, dai);                                                                     // (1)
                }

                if (at.Form.HasForgetGate)
                {
                    TLane dForgetGate = dc * cPrev;                                                                            // (4)
                    if (at.Form.HasGateHistory)
                    {
                        dForgetGate += TLane.Load(at.HistoryGradientF, u);                                                     // (9)
                    }

                    TLane daf = Limit(at, dForgetGate * f * (one - f));                                                        // (2)(10)
                    daf.Store(at.F, u);
                    dcPrev = at.BackPeephole(dcPrev, at.PeepholeF, at.PeepholeGradientF, daf, at.CellBefore, u);               // (2)
                    AddBias(at, at.BiasGradientF, u, daf);                                                                     // (2)
                }

                dcPrev.Store(at.CellGradient, u);
            }

            return u;
        }
    }

    /// <summary>Returns c cut off at its limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Clip<TLane>(in LstmRow<T, TForm> at, TLane c)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.Clips
            ? TLane.Min(TLane.Broadcast(at.Clip), TLane.Max(TLane.Broadcast(-at.Clip), c))                                     // (4k)
            : c;

    /// <summary>Returns dc where c was within its limits, 0 where it was cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane BackClip<TLane>(in LstmRow<T, TForm> at, int u, TLane dc)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.Clips
            ? dc * TLane.IsGreater(TLane.Broadcast(at.Clip), TLane.Abs(TLane.Load(at.Cell, u)))                                // (4k)
            : dc;

    /// <summary>Returns da cut off at its limits, where there are any.</summary>
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
