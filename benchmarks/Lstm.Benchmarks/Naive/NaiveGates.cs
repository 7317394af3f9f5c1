namespace Lstm.Benchmarks.Naive;

/// <summary>The gates of a plain LSTM for one step, one number after the other; the equations are those of docs/lstm.md.</summary>
internal static class NaiveGates
{
    /// <param name="gates">[B,4H] in: W x + R h'. Out: i f g o.</param>
    /// <param name="b">[4H].</param>
    /// <param name="cellBefore">[B,H] c'.</param>
    /// <param name="cell">[B,H] out: c.</param>
    /// <param name="hidden">[B,H] out: h.</param>
    public static void Forward(Span<float> gates, ReadOnlySpan<float> b, ReadOnlySpan<float> cellBefore, Span<float> cell, Span<float> hidden)
    {
        int size = b.Length / 4;
        for (int k = 0; k < cell.Length; k++)
        {
            int u = k % size;
            Span<float> row = gates.Slice(k / size * 4 * size, 4 * size);
            float i = Sigmoid(row[u] + b[u]);                                   // (1)
            float f = Sigmoid(row[size + u] + b[size + u]);                     // (2)
            float g = MathF.Tanh(row[(2 * size) + u] + b[(2 * size) + u]);      // (3)
            float c = (f * cellBefore[k]) + (i * g);                            // (4)
            float o = Sigmoid(row[(3 * size) + u] + b[(3 * size) + u]);         // (5)
            (row[u], row[size + u], row[(2 * size) + u], row[(3 * size) + u]) = (i, f, g, o);
            cell[k] = c;
            hidden[k] = o * MathF.Tanh(c);                                      // (6)
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
            (float i, float f, float g, float o) = (row[u], row[size + u], row[(2 * size) + u], row[(3 * size) + u]);
            float tanhC = MathF.Tanh(cell[k]), dhk = dy[k] + dh[k];
            float dck = dc[k] + (dhk * o * (1 - (tanhC * tanhC)));              // (6)
            row[u] = dck * g * i * (1 - i);                                     // (4)(1)
            row[size + u] = dck * cellBefore[k] * f * (1 - f);                  // (4)(2)
            row[(2 * size) + u] = dck * i * (1 - (g * g));                      // (4)(3)
            row[(3 * size) + u] = dhk * tanhC * o * (1 - o);                    // (6)(5)
            dc[k] = dck * f;                                                    // (4)
            for (int gate = 0; gate < 4; gate++)
            {
                db[(gate * size) + u] += row[(gate * size) + u];
            }
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
