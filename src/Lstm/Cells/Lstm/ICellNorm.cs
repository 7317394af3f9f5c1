namespace Lstm;

/// <summary>A <see cref="CellPlacement"/> for which kernels are compiled.</summary>
internal interface ICellNorm
{
    /// <summary>Whether the cell state is normalised.</summary>
    static abstract bool IsOn { get; }

    /// <summary>Whether the normalised cell state is carried on.</summary>
    static abstract bool IsCarried { get; }
}

/// <inheritdoc cref="CellPlacement.None"/>
internal readonly struct NoCellNorm : ICellNorm
{
    public static bool IsOn => false;

    public static bool IsCarried => false;
}

/// <inheritdoc cref="CellPlacement.Carried"/>
internal readonly struct CarriedCellNorm : ICellNorm
{
    public static bool IsOn => true;

    public static bool IsCarried => true;
}

/// <inheritdoc cref="CellPlacement.Output"/>
internal readonly struct OutputCellNorm : ICellNorm
{
    public static bool IsOn => true;

    public static bool IsCarried => false;
}
