using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>One sequence at one step of an LSTM: where its numbers lie, H each. Fields that the form does not need are none.</summary>
internal struct LstmRow<T, TForm>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, ILstmForm
{
    public TForm Form;

    /// <summary>The limits of c and of da.</summary>
    public T Clip, GradientLimit;

    /// <summary>Pre-activations, then gates, then the gradients at the pre-activations: those of all gates, and those of each.</summary>
    public Numbers<T> Gates, I, F, G, O;

    public Numbers<T> BiasI, BiasF, BiasG, BiasO, PeepholeI, PeepholeF, PeepholeO, CellGain, CellShift;

    public Numbers<T> CellBefore, Cell, GateMask;

    /// <summary>h, or the numbers that are projected to it.</summary>
    public Numbers<T> Hidden;

    /// <summary>i, f and o for the next step.</summary>
    public Numbers<T> HistoryI, HistoryF, HistoryO;

    /// <summary>The activated cell state; later, in a backward step, the gradient at the cell state's x̂.</summary>
    public Numbers<T> ActivatedCell;

    /// <summary>x̂ of the cell state, and its r.</summary>
    public Numbers<T> CellNormalized, CellScale;

    public Numbers<T> HiddenGradient, CellGradient, HistoryGradientI, HistoryGradientF, HistoryGradientO;

    public Numbers<T> BiasGradientI, BiasGradientF, BiasGradientG, BiasGradientO;

    public Numbers<T> PeepholeGradientI, PeepholeGradientF, PeepholeGradientO, CellGainGradient, CellShiftGradient;

    /// <summary>Goes on to the next row: past H numbers of a state, G of the gates, and all of the caches and vectors.</summary>
    public void MoveOn(int size, int gates, int cache, int vectors)
    {
        (Gates, I, F, G, O) = (Gates + gates, I + gates, F + gates, G + gates, O + gates);
        (CellBefore, Cell, Hidden, ActivatedCell) = (CellBefore + size, Cell + size, Hidden + size, ActivatedCell + cache);
        (HiddenGradient, CellGradient) = (HiddenGradient + size, CellGradient + size);
        (CellNormalized, CellScale) = (CellNormalized + cache, CellScale + cache);
        (CellGainGradient, CellShiftGradient) = (CellGainGradient + vectors, CellShiftGradient + vectors);
        if (Form.HasBias)
        {
            (BiasGradientI, BiasGradientF) = (BiasGradientI + vectors, BiasGradientF + vectors);
            (BiasGradientG, BiasGradientO) = (BiasGradientG + vectors, BiasGradientO + vectors);
        }

        if (Form.HasPeepholes)
        {
            PeepholeGradientI += vectors;
            PeepholeGradientF += vectors;
            PeepholeGradientO += vectors;
        }

        if (Form.DropsBlockInput)
        {
            GateMask += size;
        }

        if (Form.HasGateHistory)
        {
            (HistoryI, HistoryF, HistoryO) = (HistoryI + 3 * size, HistoryF + 3 * size, HistoryO + 3 * size);
            HistoryGradientI += 3 * size;
            HistoryGradientF += 3 * size;
            HistoryGradientO += 3 * size;
        }
    }

    /// <summary>Computes W x + R h' + b of a gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane PreActivation<TLane>(Numbers<T> gate, Numbers<T> bias, int u)
        where TLane : unmanaged, ILane<TLane, T> =>
        Form.HasBias ? TLane.Load(gate, u) + TLane.Load(bias, u) : TLane.Load(gate, u);

    /// <summary>Computes W x + R h' + b + p*c of a gate that sees a cell state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane PreActivation<TLane>(Numbers<T> gate, Numbers<T> bias, Numbers<T> peephole, TLane c, int u)
        where TLane : unmanaged, ILane<TLane, T> => Form.HasPeepholes
        ? (Form.HasBias ? TLane.Load(gate, u) + TLane.Load(bias, u) : TLane.Load(gate, u)) + TLane.Load(peephole, u) * c
        : Form.HasBias ? TLane.Load(gate, u) + TLane.Load(bias, u) : TLane.Load(gate, u);

    /// <summary>Goes back through the peephole of a gate: adds dp = da*c, with the state c that the gate saw.</summary>
    /// <returns>dc plus the gradient that the peephole passes to that state.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLane BackPeephole<TLane>(TLane dc, Numbers<T> peephole, Numbers<T> gradient, TLane da, Numbers<T> c, int u)
        where TLane : unmanaged, ILane<TLane, T>
    {
        if (!Form.HasPeepholes)
        {
            return dc;
        }

        gradient.Add(u, da * TLane.Load(c, u));
        return dc + TLane.Load(peephole, u) * da;
    }
}
