namespace Lstm;

/// <inheritdoc cref="CellPlacement.Carried"/>
internal readonly struct CarriedCellNorm : ICellNorm
{
    public static bool IsOn => true;

    public static bool IsCarried => true;
}
