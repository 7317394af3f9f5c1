namespace Lstm;

/// <inheritdoc cref="CellPlacement.Output"/>
internal readonly struct OutputCellNorm : ICellNorm
{
    public static bool IsOn => true;

    public static bool IsCarried => false;
}
