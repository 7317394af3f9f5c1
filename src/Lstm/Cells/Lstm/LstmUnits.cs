using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The LSTM with or without peepholes, and its derivatives (Greff et al., "LSTM: A Search Space Odyssey", 2017, section II), with the
/// numbers of docs/lstm.md. Forward, c is computed before h; backward, the gradient that h passes to c comes first.
/// <see cref="LstmTerms{T, TForm, TNorm}"/> has the terms that options add. One loop for both halves would be more than the compiler
/// inlines into a method.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
/// <typeparam name="TForm">A form with bias and without options.</typeparam>
internal static class LstmUnits<T, TForm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
{
    public readonly struct ToCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane cPrev = TLane.Load(at.CellBefore, u);
                TLane i = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.I, at.BiasI, at.PeepholeI, cPrev, u));    // (1)
                TLane f = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.F, at.BiasF, at.PeepholeF, cPrev, u));    // (2)
                TLane g = Elementary.Tanh<TLane, T>(at.PreActivation<TLane>(at.G, at.BiasG, u));                     // (3)
                i.Store(at.I, u);
                f.Store(at.F, u);
                g.Store(at.G, u);
                (f * cPrev + i * g).Store(at.Cell, u);                                                               // (4)
            }

            return u;
        }
    }

    public readonly struct FromCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane c = TLane.Load(at.Cell, u), tanhC = Elementary.Tanh<TLane, T>(c);
                TLane o = Elementary.Sigmoid<TLane, T>(at.PreActivation(at.O, at.BiasO, at.PeepholeO, c, u));        // (5)
                o.Store(at.O, u);
                tanhC.Store(at.ActivatedCell, u);
                (o * tanhC).Store(at.Hidden, u);                                                                     // (6)
            }

            return u;
        }
    }

    public readonly struct BackFromCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane one = TLane.Broadcast(T.One), dh = TLane.Load(at.HiddenGradient, u), dc = TLane.Load(at.CellGradient, u);
                TLane o = TLane.Load(at.O, u), tanhC = TLane.Load(at.ActivatedCell, u);
                TLane dao = dh * tanhC * o * (one - o);                                                              // (6)(5)
                dc = at.BackPeephole(dc, at.PeepholeO, at.PeepholeGradientO, dao, at.Cell, u);                       // (5)
                dao.Store(at.O, u);
                at.BiasGradientO.Add(u, dao);                                                                        // (5)
                (dc + dh * o * (one - tanhC * tanhC)).Store(at.CellGradient, u);                                     // (6)
            }

            return u;
        }
    }

    public readonly struct BackToCell : ILaneKernel<LstmRow<T, TForm>, T>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in LstmRow<T, TForm> at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                TLane one = TLane.Broadcast(T.One), dc = TLane.Load(at.CellGradient, u), cPrev = TLane.Load(at.CellBefore, u);
                TLane i = TLane.Load(at.I, u), f = TLane.Load(at.F, u), g = TLane.Load(at.G, u);
                TLane dag = dc * i * (one - g * g);                                                                  // (4)(3)
                TLane dai = dc * g * i * (one - i);                                                                  // (4)(1)
                TLane daf = dc * cPrev * f * (one - f);                                                              // (4)(2)
                TLane dcPrev = dc * f;                                                                               // (4)
                dcPrev = at.BackPeephole(dcPrev, at.PeepholeI, at.PeepholeGradientI, dai, at.CellBefore, u);         // (1)
                dcPrev = at.BackPeephole(dcPrev, at.PeepholeF, at.PeepholeGradientF, daf, at.CellBefore, u);         // (2)
                dag.Store(at.G, u);
                dai.Store(at.I, u);
                daf.Store(at.F, u);
                at.BiasGradientG.Add(u, dag);                                                                        // (3)
                at.BiasGradientI.Add(u, dai);                                                                        // (1)
                at.BiasGradientF.Add(u, daf);                                                                        // (2)
                dcPrev.Store(at.CellGradient, u);
            }

            return u;
        }
    }
}
