namespace Lstm.Tests.Cells;

/// <summary>What naive twins give for the units of some rows, [rows][units], and the numbers of each row side by side.</summary>
internal static class UnitTable
{
    public static TUnit[][] Of<TUnit>(int rows, int size, Func<int, int, TUnit> unit) =>
        [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, size).Select(u => unit(row, u)).ToArray())];

    /// <summary>Numbers of each unit, those of one kind side by side.</summary>
    public static double[][] Numbers<TUnit>(this TUnit[][] rows, params Func<TUnit, double>[] kinds) =>
        [.. rows.Select(units => kinds.SelectMany(kind => units.Select(kind)).ToArray())];

    public static double[][] Plus(this double[][] rows, double[][] others) =>
        [.. rows.Zip(others, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];
}
