namespace Lstm.Kernels;

/// <summary>What an LSTM consists of, and where its columns, its vectors' gradients and its cache lie in a row.</summary>
internal sealed class LstmShape
{
    /// <summary>The numbers of a cache line of floats: rows of the cache that have single numbers at their end are filled up to it.</summary>
    private const int Alignment = 16;

    /// <param name="size">H.</param>
    /// <param name="form">The parts of the equations.</param>
    /// <param name="norm">How gates and cell state are normalised, or null.</param>
    public LstmShape(int size, AnyForm form, LayerNormOptions? norm)
    {
        (Size, Form, CellNorm) = (size, form, norm?.Cell ?? CellPlacement.None);
        bool hasForget = form.HasForgetGate && !form.IsCoupled;
        F = form.HasInputGate ? size : 0;
        G = F + (hasForget ? size : 0);
        O = G + size;
        Columns = O + (form.HasOutputGate ? size : 0);
        bool normsCell = CellNorm != CellPlacement.None, isSplit = norm is { Gates: GatePlacement.Split };
        int innerBias = norm is { Bias: true, Gates: GatePlacement.Joint } ? Columns : 0;
        int affine = norm is null ? 0 : (isSplit ? 2 : 1) * (norm.GateShift ? 2 : 1) * Columns;

        PeepholeGradient = form.HasBias ? Columns : 0;
        NormGradient = PeepholeGradient + (form.HasPeepholes ? SigmoidCount * size : 0);
        CellGainGradient = NormGradient + innerBias + affine;
        CellShiftGradient = CellGainGradient + size;
        VectorSize = CellGainGradient + (normsCell ? 2 * size : 0);

        NewCell = size;
        HeldCellGradient = NewCell + (form.HoldsCell ? size : 0);
        CellNormalized = HeldCellGradient + (form.HoldsCell ? size : 0);
        GatesNormalized = CellNormalized + (normsCell ? size : 0);
        GateScales = GatesNormalized + (norm is null ? 0 : Columns);
        CellScale = GateScales + (norm is null ? 0 : isSplit ? 2 : norm.Gates == GatePlacement.Joint ? 1 : GateCount);
        CacheSize = norm is null ? CellScale : (CellScale + 1 + Alignment - 1) / Alignment * Alignment;
    }

    /// <summary>The LSTM without options, with or without peepholes.</summary>
    public static LstmShape Plain(int size, bool peepholes) => new(size, AnyForm.Plain with { HasPeepholes = peepholes }, norm: null);

    /// <summary>H.</summary>
    public int Size { get; }

    public AnyForm Form { get; }

    public CellPlacement CellNorm { get; }

    /// <summary>The gates i f g o that there are, H columns each.</summary>
    public int Columns { get; }

    public int GateCount => Columns / Size;

    /// <summary>i f o, those that there are.</summary>
    public int SigmoidCount => GateCount - 1;

    /// <summary>Where the columns of the gates after i start, which starts at 0.</summary>
    public int F { get; }

    public int G { get; }

    public int O { get; }

    /// <summary>Where the peephole weights of the gates after i start.</summary>
    public int PF => F;

    public int PO => G;

    /// <summary>A row of vector gradients: b, p, vectors of the gates' normalisation, gain_c, shift_c.</summary>
    public int PeepholeGradient { get; }

    public int NormGradient { get; }

    public int CellGainGradient { get; }

    public int CellShiftGradient { get; }

    public int VectorSize { get; }

    /// <summary>A row of the cache: the activated cell state, c before zoneout, what zoneout passes on, x̂ of c, x̂ of the gates, every r.</summary>
    public int NewCell { get; }

    public int HeldCellGradient { get; }

    public int CellNormalized { get; }

    public int GatesNormalized { get; }

    public int GateScales { get; }

    /// <summary>Where the r of the cell state is.</summary>
    public int CellScale { get; }

    public int CacheSize { get; }
}
