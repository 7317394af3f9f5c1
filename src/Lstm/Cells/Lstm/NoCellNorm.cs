namespace Lstm;

/// <inheritdoc cref="CellPlacement.None"/>
internal readonly struct NoCellNorm : ICellNorm
{
    public static bool IsOn => false;

    public static bool IsCarried => false;
}
