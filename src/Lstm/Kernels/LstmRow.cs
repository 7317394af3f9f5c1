namespace Lstm.Kernels;

/// <summary>One sequence at one step of an LSTM: where its vectors lie. Shapes as in <see cref="ForwardStep{T}"/> and <see cref="BackwardStep{T}"/>.</summary>
internal unsafe struct LstmRow<T, TForm>
    where T : unmanaged
    where TForm : struct, ILstmForm
{
    public TForm Form;

    /// <summary>Where the columns of each gate start.</summary>
    public int I, F, G, O;

    /// <summary>Where the peephole weights of each gate start.</summary>
    public int PI, PF, PO;

    /// <summary>The limit of c.</summary>
    public T Clip;

    /// <summary>The limit of da.</summary>
    public T GradientLimit;

    public T* Bias, Peephole, CellGain, CellShift;
    public T* Gates, CellBefore, Cell, HiddenBefore, GateHistory;

    /// <summary>h, or what is projected to it.</summary>
    public T* Hidden;

    /// <summary>The activated cell state; in a backward step then the gradient at the cell state's x̂.</summary>
    public T* ActivatedCell;

    /// <summary>c before zoneout, and without that <see cref="Cell"/>; before the cell state is normalised, its raw value.</summary>
    public T* NewCell;

    /// <summary>x̂ of the cell state.</summary>
    public T* CellNormalized;

    /// <summary>What zoneout passes to dc_next.</summary>
    public T* HeldCellGradient;

    public T* GateMask, HiddenMask, CellMask;
    public T* OutputGradient, HiddenGradient, InnerGradient, CellGradient, GateHistoryGradient;
    public T* BiasGradient, PeepholeGradient, CellGainGradient, CellShiftGradient;
}
