namespace Lstm;

/// <summary>A <see cref="CellPlacement"/> for which kernels are compiled.</summary>
internal interface ICellNorm
{
    /// <summary>Whether the cell state is normalised.</summary>
    static abstract bool IsOn { get; }

    /// <summary>Whether the normalised cell state is carried on.</summary>
    static abstract bool IsCarried { get; }
}
