using Lstm.Tests.Cells;

namespace Lstm.Benchmarks.Naive;

/// <summary>The gates of a plain LSTM for one step, one number after the other, by the equations that the tests use.</summary>
internal static class NaiveGates
{
    /// <param name="gates">[B,4H] in: W x + R h'. Out: i f g o.</param>
    /// <param name="b">[4H].</param>
    /// <param name="cellBefore">[B,H] c'.</param>
    /// <param name="cell">[B,H] out: c.</param>
    /// <param name="hidden">[B,H] out: h.</param>
    public static void Forward(
        Span<float> gates, ReadOnlySpan<float> b, ReadOnlySpan<float> cellBefore, Span<float> cell, Span<float> hidden)
    {
        int size = b.Length / 4;
        for (int k = 0; k < cell.Length; k++)
        {
            int u = k % size;
            Span<float> row = gates.Slice(k / size * 4 * size, 4 * size);
            NaiveCells.Gates<float> unit = NaiveCells.ToCell(
                row[u] + b[u], row[size + u] + b[size + u], row[(2 * size) + u] + b[(2 * size) + u], cellBefore[k]);
            (float i, float f, float g, float o, float c, float h) = NaiveCells.FromCell(unit, row[(3 * size) + u] + b[(3 * size) + u]);
            (row[u], row[size + u], row[(2 * size) + u], row[(3 * size) + u]) = (i, f, g, o);
            cell[k] = c;
            hidden[k] = h;
        }
    }

    /// <param name="gates">[B,4H] in: i f g o. Out: the gradient at W x + R h'.</param>
    /// <param name="cellBefore">[B,H] c'.</param>
    /// <param name="cell">[B,H] c.</param>
    /// <param name="dy">[B,H], from above.</param>
    /// <param name="dh">[B,H], from the step after.</param>
    /// <param name="dc">[B,H] in: from the step after. Out: for the step before.</param>
    /// <param name="db">[4H], added to.</param>
    public static void Backward(
        Span<float> gates, ReadOnlySpan<float> cellBefore, ReadOnlySpan<float> cell,
        ReadOnlySpan<float> dy, ReadOnlySpan<float> dh, Span<float> dc, Span<float> db)
    {
        int size = db.Length / 4;
        for (int k = 0; k < cell.Length; k++)
        {
            int u = k % size;
            Span<float> row = gates.Slice(k / size * 4 * size, 4 * size);
            NaiveCells.Gates<float> unit = new(row[u], row[size + u], row[(2 * size) + u], row[(3 * size) + u], cell[k], default);
            (float dao, float dck) = NaiveCells.BackFromCell(unit, dy[k] + dh[k], dc[k]);
            (row[u], row[size + u], row[(2 * size) + u], row[(3 * size) + u], dc[k]) = NaiveCells.BackToCell(unit, cellBefore[k], dck, dao);
            for (int gate = 0; gate < 4; gate++)
            {
                db[(gate * size) + u] += row[(gate * size) + u];
            }
        }
    }
}
