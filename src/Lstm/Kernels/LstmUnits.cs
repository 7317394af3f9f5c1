using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The equations of an LSTM and their derivatives, for a lane of units (Greff et al., "LSTM: A Search Space Odyssey", 2017, section II),
/// with the numbers of docs/lstm.md. The pre-activations ai af ag ao are W x + R h', normalised if the gates are.
/// <code>
/// (1) i = sigmoid(ai + b_i + p_i*c')        (4) c = f*c' + i*g
/// (2) f = sigmoid(af + b_f + p_f*c')        (5) o = sigmoid(ao + b_o + p_o*c)
/// (3) g = tanh(ag + b_g)                    (6) h = o*tanh(c)
/// </code>
/// </summary>
internal static unsafe class LstmUnits<T, TForm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
{
    /// <summary>(1) to (4): stores the gates i, f and g.</summary>
    /// <returns>c.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ToCell<TLane>(in LstmRow<T, TForm> at, int u)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane i = TLane.Broadcast(T.One), f = i, cPrev = TLane.Load(at.CellBefore + u);
        if (at.Form.HasInputGate)
        {
            TLane ai = PreActivation<TLane>(at, at.I + u);
            if (at.Form.HasPeepholes)
            {
                ai += TLane.Load(at.Peephole + at.PI + u) * cPrev;
            }

            i = Elementary.Sigmoid<TLane, T>(ai);                                                   // (1)
            i.Store(at.Gates + at.I + u);
        }

        if (at.Form.IsCoupled)
        {
            f -= i;                                                                                 // (2c) f = 1 - i
        }
        else if (at.Form.HasForgetGate)
        {
            TLane af = PreActivation<TLane>(at, at.F + u);
            if (at.Form.HasPeepholes)
            {
                af += TLane.Load(at.Peephole + at.PF + u) * cPrev;
            }

            f = Elementary.Sigmoid<TLane, T>(af);                                                   // (2)
            f.Store(at.Gates + at.F + u);
        }

        TLane g = Activations.Activate<TLane, T>(at.Form.BlockActivation, PreActivation<TLane>(at, at.G + u));  // (3)
        g.Store(at.Gates + at.G + u);
        if (at.Form.DropsBlockInput)
        {
            g *= TLane.Load(at.GateMask + u);                                                       // (3d)
        }

        return f * cPrev + i * g;                                                                   // (4)
    }

    /// <summary>(5) and (6): stores o, the activated cell state, c and h.</summary>
    /// <param name="at">The row.</param>
    /// <param name="u">The first unit.</param>
    /// <param name="c">The cell state that the output gate sees and that is carried.</param>
    /// <param name="shown">The cell state that becomes h: c, or c normalised.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FromCell<TLane>(in LstmRow<T, TForm> at, int u, TLane c, TLane shown)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane one = TLane.Broadcast(T.One), o = one;
        if (at.Form.HasOutputGate)
        {
            TLane ao = PreActivation<TLane>(at, at.O + u);
            if (at.Form.HasPeepholes)
            {
                ao += TLane.Load(at.Peephole + at.PO + u) * c;
            }

            o = Elementary.Sigmoid<TLane, T>(ao);                                                   // (5)
            o.Store(at.Gates + at.O + u);
        }

        TLane activated = Activations.Activate<TLane, T>(at.Form.OutputActivation, shown);
        TLane h = o * activated;                                                                    // (6)
        activated.Store(at.ActivatedCell + u);
        if (at.Form.HoldsCell)
        {
            TLane m = TLane.Load(at.CellMask + u);
            c.Store(at.NewCell + u);
            c = m * c + (one - m) * TLane.Load(at.CellBefore + u);                                  // (7)
        }

        if (at.Form.HoldsHidden && !at.Form.Projects)
        {
            TLane m = TLane.Load(at.HiddenMask + u);
            h = m * h + (one - m) * TLane.Load(at.HiddenBefore + u);                                // (8)
        }

        c.Store(at.Cell + u);
        h.Store(at.Hidden + u);
        if (at.Form.HasGateHistory)
        {
            TLane.Load(at.Gates + at.I + u).Store(at.GateHistory + at.PI + u);
            TLane.Load(at.Gates + at.F + u).Store(at.GateHistory + at.PF + u);
            o.Store(at.GateHistory + at.PO + u);
        }
    }

    /// <summary>c within its limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Clip<TLane>(in LstmRow<T, TForm> at, TLane c)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.Clips
            ? TLane.Min(TLane.Broadcast(at.Clip), TLane.Max(TLane.Broadcast(-at.Clip), c))          // (4k)
            : c;

    /// <summary>(6) and (5) backwards: leaves dao, adds the gradients of its bias and peepholes.</summary>
    /// <param name="at">The row.</param>
    /// <param name="u">The first unit.</param>
    /// <param name="dShown">What h passes to the cell state that is shown.</param>
    /// <returns>What dc_next and the output gate pass to c.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane BackFromCell<TLane>(in LstmRow<T, TForm> at, int u, out TLane dShown)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane one = TLane.Broadcast(T.One), o = one, activated = TLane.Load(at.ActivatedCell + u);
        TLane dh = at.Form.Projects ? TLane.Load(at.InnerGradient + u) : TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);
        if (at.Form.HoldsHidden && !at.Form.Projects)
        {
            TLane m = TLane.Load(at.HiddenMask + u);
            ((one - m) * dh).Store(at.HiddenGradient + u);                                          // (8)
            dh *= m;                                                                                // (8)
        }

        TLane dc = TLane.Load(at.CellGradient + u);
        if (at.Form.HoldsCell)
        {
            TLane m = TLane.Load(at.CellMask + u);
            ((one - m) * dc).Store(at.HeldCellGradient + u);                                        // (7)
            dc *= m;                                                                                // (7)
        }

        if (at.Form.HasOutputGate)
        {
            o = TLane.Load(at.Gates + at.O + u);
            TLane dOutputGate = dh * activated;                                                     // (6)
            if (at.Form.HasGateHistory)
            {
                dOutputGate += TLane.Load(at.GateHistoryGradient + at.PO + u);                      // (9)
            }

            TLane dao = dOutputGate * o * (one - o);                                                // (5)
            dao = Limit(at, dao);                                                                   // (10)
            dao.Store(at.Gates + at.O + u);
            if (at.Form.HasPeepholes)
            {
                dc += TLane.Load(at.Peephole + at.PO + u) * dao;                                    // (5)
                Add(at.PeepholeGradient + at.PO + u, dao * TLane.Load(at.NewCell + u));             // (5)
            }

            if (at.Form.HasBias)
            {
                Add(at.BiasGradient + at.O + u, dao);                                               // (5)
            }
        }

        dShown = dh * o * Activations.Slope<TLane, T>(at.Form.OutputActivation, activated);  // (6)
        return dc;
    }

    /// <summary>(4) to (1) backwards: leaves dai, daf, dag and dc_next for the step before, adds the gradients of their biases and peepholes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BackToCell<TLane>(in LstmRow<T, TForm> at, int u, TLane dc)
        where TLane : unmanaged, ILane<TLane, T>
    {
        TLane one = TLane.Broadcast(T.One), i = one, f = one, cPrev = TLane.Load(at.CellBefore + u);
        TLane g = TLane.Load(at.Gates + at.G + u), slope = Activations.Slope<TLane, T>(at.Form.BlockActivation, g);
        if (at.Form.DropsBlockInput)
        {
            TLane m = TLane.Load(at.GateMask + u);
            g *= m;
            slope *= m;                                                                             // (3d)
        }

        if (at.Form.HasInputGate)
        {
            i = TLane.Load(at.Gates + at.I + u);
        }

        if (at.Form.IsCoupled)
        {
            f = one - i;
        }
        else if (at.Form.HasForgetGate)
        {
            f = TLane.Load(at.Gates + at.F + u);
        }

        TLane dcPrev = dc * f;                                                                      // (4)
        if (at.Form.HoldsCell)
        {
            dcPrev += TLane.Load(at.HeldCellGradient + u);                                          // (7)
        }

        TLane dag = dc * i * slope;                                                                 // (4)(3)
        dag = Limit(at, dag);                                                                       // (10)
        dag.Store(at.Gates + at.G + u);
        if (at.Form.HasBias)
        {
            Add(at.BiasGradient + at.G + u, dag);                                                   // (3)
        }

        if (at.Form.HasInputGate)
        {
            TLane dInputGate = dc * g;                                                              // (4)
            if (at.Form.IsCoupled)
            {
                dInputGate -= dc * cPrev;                                                           // (4)(2c)
            }

            if (at.Form.HasGateHistory)
            {
                dInputGate += TLane.Load(at.GateHistoryGradient + at.PI + u);                       // (9)
            }

            TLane dai = dInputGate * i * (one - i);                                                 // (1)
            dai = Limit(at, dai);                                                                   // (10)
            dai.Store(at.Gates + at.I + u);
            if (at.Form.HasPeepholes)
            {
                dcPrev += TLane.Load(at.Peephole + at.PI + u) * dai;                                // (1)
                Add(at.PeepholeGradient + at.PI + u, dai * cPrev);                                  // (1)
            }

            if (at.Form.HasBias)
            {
                Add(at.BiasGradient + at.I + u, dai);                                               // (1)
            }
        }

        if (at.Form.HasForgetGate && !at.Form.IsCoupled)
        {
            TLane dForgetGate = dc * cPrev;                                                         // (4)
            if (at.Form.HasGateHistory)
            {
                dForgetGate += TLane.Load(at.GateHistoryGradient + at.PF + u);                      // (9)
            }

            TLane daf = dForgetGate * f * (one - f);                                                // (2)
            daf = Limit(at, daf);                                                                   // (10)
            daf.Store(at.Gates + at.F + u);
            if (at.Form.HasPeepholes)
            {
                dcPrev += TLane.Load(at.Peephole + at.PF + u) * daf;                                // (2)
                Add(at.PeepholeGradient + at.PF + u, daf * cPrev);                                  // (2)
            }

            if (at.Form.HasBias)
            {
                Add(at.BiasGradient + at.F + u, daf);                                               // (2)
            }
        }

        dcPrev.Store(at.CellGradient + u);
    }

    /// <summary>dc where c was within its limits, 0 where it was cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane BackClip<TLane>(in LstmRow<T, TForm> at, int u, TLane dc)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.Clips
            ? dc * TLane.IsGreater(TLane.Broadcast(at.Clip), TLane.Abs(TLane.Load(at.NewCell + u)))  // (4k)
            : dc;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLane>(T* sum, TLane term)
        where TLane : unmanaged, ILane<TLane, T> => (TLane.Load(sum) + term).Store(sum);

    /// <summary>da within its limits, where there are any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Limit<TLane>(in LstmRow<T, TForm> at, TLane da)
        where TLane : unmanaged, ILane<TLane, T> => at.Form.LimitsGradients ? GradientLimit.Apply(da, at.GradientLimit) : da;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane PreActivation<TLane>(in LstmRow<T, TForm> at, int column)
        where TLane : unmanaged, ILane<TLane, T> =>
        at.Form.HasBias ? TLane.Load(at.Gates + column) + TLane.Load(at.Bias + column) : TLane.Load(at.Gates + column);
}
