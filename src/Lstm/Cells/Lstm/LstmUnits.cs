using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The LSTM with or without peepholes, and its derivatives (Greff et al., "LSTM: A Search Space Odyssey", 2017, section II), with the
/// numbers of docs/lstm.md. Forward, c is made before h; backward, what h passes to c comes first. What options add stands in
/// <see cref="LstmTerms{T, TForm, TNorm}"/>. One loop for both halves would be more than the compiler inlines into a method.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TForm">A form with bias and without options.</typeparam>
internal static class LstmUnits<T, TForm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
{
    public readonly struct ToCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane cPrev = at.CellBefore.Load<TLane>(u);
            TLane i = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.I, at.BiasI, at.PeepholeI, cPrev, u));       // (1)
            TLane f = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.F, at.BiasF, at.PeepholeF, cPrev, u));       // (2)
            TLane g = Elementary.Tanh<TLane, T>(at.PreActivation<TLane>(at.G, at.BiasG, u));                        // (3)
            at.I.Store(u, i);
            at.F.Store(u, f);
            at.G.Store(u, g);
            at.Cell.Store(u, f * cPrev + i * g);                                                                    // (4)
        }
    }

    public readonly struct FromCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane c = at.Cell.Load<TLane>(u), tanhC = Elementary.Tanh<TLane, T>(c);
            TLane o = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.O, at.BiasO, at.PeepholeO, c, u));           // (5)
            at.O.Store(u, o);
            at.ActivatedCell.Store(u, tanhC);
            at.Hidden.Store(u, o * tanhC);                                                                          // (6)
        }
    }

    public readonly struct BackFromCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane one = TLane.Broadcast(T.One), dh = at.HiddenGradient.Load<TLane>(u), dc = at.CellGradient.Load<TLane>(u);
            TLane o = at.O.Load<TLane>(u), tanhC = at.ActivatedCell.Load<TLane>(u);
            TLane dao = dh * tanhC * o * (one - o);                                                                 // (6)(5)
            dc = at.BackPeephole(dc, at.PeepholeO, at.PeepholeGradientO, dao, at.Cell, u);                          // (5)
            at.O.Store(u, dao);
            at.BiasGradientO.Add(u, dao);                                                                           // (5)
            at.CellGradient.Store(u, dc + dh * o * (one - tanhC * tanhC));                                          // (6)
        }
    }

    public readonly struct BackToCell : IUnits<LstmRow<T, TForm>, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void At<TLane>(in LstmRow<T, TForm> at, int u)
            where TLane : unmanaged, ILane<TLane, T>
        {
            TLane one = TLane.Broadcast(T.One), dc = at.CellGradient.Load<TLane>(u), cPrev = at.CellBefore.Load<TLane>(u);
            TLane i = at.I.Load<TLane>(u), f = at.F.Load<TLane>(u), g = at.G.Load<TLane>(u);
            TLane dag = dc * i * (one - g * g);                                                                     // (4)(3)
            TLane dai = dc * g * i * (one - i);                                                                     // (4)(1)
            TLane daf = dc * cPrev * f * (one - f);                                                                 // (4)(2)
            TLane dcPrev = dc * f;                                                                                  // (4)
            dcPrev = at.BackPeephole(dcPrev, at.PeepholeI, at.PeepholeGradientI, dai, at.CellBefore, u);            // (1)
            dcPrev = at.BackPeephole(dcPrev, at.PeepholeF, at.PeepholeGradientF, daf, at.CellBefore, u);            // (2)
            at.G.Store(u, dag);
            at.I.Store(u, dai);
            at.F.Store(u, daf);
            at.BiasGradientG.Add(u, dag);                                                                           // (3)
            at.BiasGradientI.Add(u, dai);                                                                           // (1)
            at.BiasGradientF.Add(u, daf);                                                                           // (2)
            at.CellGradient.Store(u, dcPrev);
        }
    }
}
