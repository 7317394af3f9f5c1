namespace Lstm.Kernels;

/// <summary>What an LSTM consists of, and where its columns, its vectors' gradients and its cache lie in a row.</summary>
internal sealed record LstmShape
{
    /// <summary>H.</summary>
    public required int Size { get; init; }

    public required AnyForm Form { get; init; }

    public required CellPlacement CellNorm { get; init; }

    /// <summary>The columns that the normalisation of the gates keeps in the cache: x̂ of W x + R h' or of W x.</summary>
    public required int NormalizedColumns { get; init; }

    /// <summary>The number of r that the normalisation of the gates keeps in the cache.</summary>
    public required int NormalizedGroups { get; init; }

    /// <summary>The columns of the normalisation's own vectors in a row of gradients.</summary>
    public required int NormVectors { get; init; }

    /// <summary>The LSTM without options, with or without peepholes.</summary>
    public static LstmShape Plain(int size, bool peepholes) => new()
    {
        Size = size,
        Form = AnyForm.Plain with { HasPeepholes = peepholes },
        CellNorm = CellPlacement.None,
        NormalizedColumns = 0,
        NormalizedGroups = 0,
        NormVectors = 0,
    };

    /// <summary>The gates i f g o that there are, H columns each.</summary>
    public int GateCount => (HasInput ? 1 : 0) + (HasForget ? 1 : 0) + 1 + (HasOutput ? 1 : 0);

    public int Columns => GateCount * Size;

    /// <summary>i f o, those that there are.</summary>
    public int SigmoidCount => GateCount - 1;

    /// <summary>Where the columns of the gates after i start, which starts at 0.</summary>
    public int F => HasInput ? Size : 0;

    public int G => F + (HasForget ? Size : 0);

    public int O => G + Size;

    /// <summary>Where the peephole weights of the gates after i start.</summary>
    public int PF => F;

    public int PO => G;

    /// <summary>A row of vector gradients: b, p, vectors of the gates' normalisation, gain_c, shift_c.</summary>
    public int PeepholeGradient => Form.HasBias ? Columns : 0;

    public int NormGradient => PeepholeGradient + (Form.HasPeepholes ? SigmoidCount * Size : 0);

    public int CellGainGradient => NormGradient + NormVectors;

    public int CellShiftGradient => CellGainGradient + Size;

    public int VectorSize => CellGainGradient + (CellNorm == CellPlacement.None ? 0 : 2 * Size);

    /// <summary>A row of the cache: the activated cell state, c before zoneout, what zoneout passes on, x̂ of c, x̂ of the gates, every r.</summary>
    public int NewCell => Size;

    public int HeldCellGradient => NewCell + (Form.HoldsCell ? Size : 0);

    public int CellNormalized => HeldCellGradient + (Form.HoldsCell ? Size : 0);

    public int GatesNormalized => CellNormalized + (CellNorm == CellPlacement.None ? 0 : Size);

    public int Scales => GatesNormalized + NormalizedColumns;

    public int CacheSize => Scales + NormalizedGroups + (CellNorm == CellPlacement.None ? 0 : 1);

    /// <summary>Where the r of the cell state is.</summary>
    public int CellScale => Scales + NormalizedGroups;

    private bool HasInput => Form.HasInputGate;

    private bool HasForget => Form.HasForgetGate && !Form.IsCoupled;

    private bool HasOutput => Form.HasOutputGate;
}
