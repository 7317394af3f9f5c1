using Lstm.Tests.Kernels;

namespace Lstm.Tests.Cells;

/// <summary>
/// One row of a layer-normalised LSTM step in plain double loops, as docs/lstm.md has it, with every placement: the readable twin of the
/// kernels. Arrays of gates are [4H] of i f g o; the peephole weights are [3H] of i f o, zeros for none.
/// </summary>
/// <param name="size">H.</param>
/// <param name="gates">The normalisation of the pre-activations; where W x and R h' are normalised apart, that of each.</param>
/// <param name="cell">The normalisation of the cell state, or null.</param>
/// <param name="isCarried">Whether the normalised cell state is carried on.</param>
/// <param name="p">Peephole weights.</param>
internal sealed class NaiveLayerNormCell(int size, NaiveNormalization[] gates, NaiveNormalization? cell, bool isCarried, double[] p)
{
    private double[] _activations = [], _cellBefore = [], _c = [], _tanh = [];

    public sealed record State(double[] Gates, double[] Cell, double[] Hidden);

    /// <summary>By source, W x alone or then R h': the gradients at it and of its gain and shift.</summary>
    public sealed record Gradients(
        (double[] V, double[] Gain, double[] Shift)[] Gates, (double[] Gain, double[] Shift) Cell, double[] CellBefore, double[] Peephole);

    /// <param name="sources">[4H] each: W x + R h', or W x and R h'.</param>
    /// <param name="cellBefore">[H] c'.</param>
    public State Forward(double[][] sources, double[] cellBefore)
    {
        double[] a = gates.Zip(sources, (norm, v) => norm.Forward(v)).Aggregate((x, y) => [.. x.Zip(y, (s, t) => s + t)]);
        double[] raw = new double[size], h = new double[size];
        (_activations, _cellBefore, _tanh) = (new double[4 * size], cellBefore, new double[size]);
        for (int u = 0; u < size; u++)
        {
            double i = Sigmoid(a[u] + p[u] * cellBefore[u]);                                // (1)
            double f = Sigmoid(a[size + u] + p[size + u] * cellBefore[u]);                  // (2)
            double g = Math.Tanh(a[2 * size + u]);                                          // (3)
            raw[u] = f * cellBefore[u] + i * g;                                             // (4)
            (_activations[u], _activations[size + u], _activations[2 * size + u]) = (i, f, g);
        }

        double[] shown = cell?.Forward(raw) ?? raw;                                         // (4n)
        _c = isCarried ? shown : raw;
        for (int u = 0; u < size; u++)
        {
            double o = Sigmoid(a[3 * size + u] + p[2 * size + u] * _c[u]);                   // (5)
            (_activations[3 * size + u], _tanh[u]) = (o, Math.Tanh(shown[u]));
            h[u] = o * _tanh[u];                                                            // (6)
        }

        return new(_activations, _c, h);
    }

    /// <param name="dh">[H] dy + dh_next.</param>
    /// <param name="dcNext">[H].</param>
    public Gradients Backward(double[] dh, double[] dcNext)
    {
        double[] da = new double[4 * size], dp = new double[3 * size];
        double[] dc = new double[size], dShown = new double[size], dcPrev = new double[size];
        for (int u = 0; u < size; u++)
        {
            double o = _activations[3 * size + u];
            double dao = dh[u] * _tanh[u] * o * (1 - o);                                    // (6)(5)
            dc[u] = dcNext[u] + p[2 * size + u] * dao;                                      // (5)
            dShown[u] = dh[u] * o * (1 - _tanh[u] * _tanh[u]);                              // (6)
            (da[3 * size + u], dp[2 * size + u]) = (dao, dao * _c[u]);
        }

        (double[] dRaw, (double[], double[]) cellGradients) = BackwardCell(dc, dShown);
        for (int u = 0; u < size; u++)
        {
            double i = _activations[u], f = _activations[size + u], g = _activations[2 * size + u];
            double dai = dRaw[u] * g * i * (1 - i), daf = dRaw[u] * _cellBefore[u] * f * (1 - f);           // (4)(1), (4)(2)
            (da[u], da[size + u], da[2 * size + u]) = (dai, daf, dRaw[u] * i * (1 - g * g));                // (4)(3)
            dcPrev[u] = dRaw[u] * f + p[u] * dai + p[size + u] * daf;                                       // (4)(1)(2)
            (dp[u], dp[size + u]) = (dai * _cellBefore[u], daf * _cellBefore[u]);
        }

        return new([.. gates.Select(norm => norm.Backward(da))], cellGradients, dcPrev, dp);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The gradient at the raw cell state, and of gain_c and shift_c.</summary>
    private (double[] Raw, (double[] Gain, double[] Shift) Vectors) BackwardCell(double[] dc, double[] dShown)
    {
        double[] both = [.. dc.Zip(dShown, (a, b) => a + b)];
        if (cell is null)
        {
            return (both, ([], []));
        }

        (double[] v, double[] gain, double[] shift) = cell.Backward(isCarried ? both : dShown);
        return (isCarried ? v : [.. v.Zip(dc, (a, b) => a + b)], (gain, shift));
    }
}
