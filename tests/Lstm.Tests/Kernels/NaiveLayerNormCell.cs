namespace Lstm.Tests.Kernels;

/// <summary>
/// One row of a layer-normalised LSTM step in plain double loops, as docs/lstm.md has it: the readable twin of the gate kernels. Arrays of
/// gates are [4H] of i f g o; the peephole weights are [3H] of i f o, zeros for none.
/// </summary>
internal sealed class NaiveLayerNormCell(
    double[] gain, double[] shift, double[] cellGain, double[] cellShift, double[] peephole, double epsilon)
{
    private readonly int _size = cellGain.Length;

    public sealed record State(double[] Gates, double[] Normalized, double[] Scale, double[] CellNormalized, double CellScale, double[] Cell, double[] Hidden);

    public sealed record Gradients(
        double[] Gates, double[] CellBefore, double[] Gain, double[] Shift, double[] CellGain, double[] CellShift, double[] Peephole);

    public State Forward(double[] z, double[] cellBefore)
    {
        double[] gates = new double[4 * _size], normalized = new double[4 * _size], scale = new double[4];
        double[] raw = new double[_size], c = new double[_size], h = new double[_size];
        for (int q = 0; q < 4; q++)                                                         // (1)
        {
            (double[] x, scale[q]) = Normalize(z[(q * _size)..((q + 1) * _size)]);
            x.CopyTo(normalized, q * _size);
        }

        for (int u = 0; u < _size; u++)
        {
            double i = Sigmoid(Affine(0, u) + peephole[u] * cellBefore[u]);                 // (2)
            double f = Sigmoid(Affine(1, u) + peephole[_size + u] * cellBefore[u]);         // (3)
            double g = Math.Tanh(Affine(2, u));                                             // (4)
            raw[u] = f * cellBefore[u] + i * g;                                             // (5)
            (gates[u], gates[_size + u], gates[2 * _size + u]) = (i, f, g);
        }

        (double[] cellNormalized, double cellScale) = Normalize(raw);                       // (6)
        for (int u = 0; u < _size; u++)
        {
            c[u] = cellGain[u] * cellNormalized[u] + cellShift[u];                          // (7)
            double o = Sigmoid(Affine(3, u) + peephole[2 * _size + u] * c[u]);              // (8)
            gates[3 * _size + u] = o;
            h[u] = o * Math.Tanh(c[u]);                                                     // (9)
        }

        return new(gates, normalized, scale, cellNormalized, cellScale, c, h);

        double Affine(int q, int u) => gain[q * _size + u] * normalized[q * _size + u] + shift[q * _size + u];
    }

    public Gradients Backward(State s, double[] cellBefore, double[] dh, double[] dcNext)
    {
        double[] da = new double[4 * _size], dc = new double[_size], cPrev = new double[_size], dp = new double[3 * _size];
        for (int u = 0; u < _size; u++)
        {
            double o = s.Gates[3 * _size + u], tanhC = Math.Tanh(s.Cell[u]);
            double dao = dh[u] * tanhC * o * (1 - o);                                       // (9)(8)
            dc[u] = dcNext[u] + dh[u] * o * (1 - tanhC * tanhC) + peephole[2 * _size + u] * dao;
            (da[3 * _size + u], dp[2 * _size + u]) = (dao, dao * s.Cell[u]);
        }

        double[] dRaw = NormalizeBackward([.. dc.Zip(cellGain, (d, g) => d * g)], s.CellNormalized, s.CellScale);   // (7)(6)
        for (int u = 0; u < _size; u++)
        {
            double i = s.Gates[u], f = s.Gates[_size + u], g = s.Gates[2 * _size + u];
            double dai = dRaw[u] * g * i * (1 - i);                                         // (5)(2)
            double daf = dRaw[u] * cellBefore[u] * f * (1 - f);                             // (5)(3)
            cPrev[u] = dRaw[u] * f + peephole[u] * dai + peephole[_size + u] * daf;         // (5)(2)(3)
            (da[u], da[_size + u], da[2 * _size + u]) = (dai, daf, dRaw[u] * i * (1 - g * g));
            (dp[u], dp[_size + u]) = (dai * cellBefore[u], daf * cellBefore[u]);
        }

        double[] dz = new double[4 * _size], dx = [.. da.Zip(gain, (d, g) => d * g)];
        for (int q = 0; q < 4; q++)                                                         // (1)
        {
            Range gate = (q * _size)..((q + 1) * _size);
            NormalizeBackward(dx[gate], s.Normalized[gate], s.Scale[q]).CopyTo(dz, q * _size);
        }

        return new(dz, cPrev, [.. da.Zip(s.Normalized, (d, x) => d * x)], da, [.. dc.Zip(s.CellNormalized, (d, x) => d * x)], dc, dp);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>x̂ and r.</summary>
    public static (double[] Normalized, double Scale) Normalize(double[] v, double epsilon)
    {
        double mean = v.DefaultIfEmpty().Average(), scale = 1 / Math.Sqrt(v.Select(x => (x - mean) * (x - mean)).DefaultIfEmpty().Average() + epsilon);
        return ([.. v.Select(x => (x - mean) * scale)], scale);
    }

    /// <summary>dv from dx̂.</summary>
    public static double[] NormalizeBackward(double[] d, double[] normalized, double scale)
    {
        double byMean = d.DefaultIfEmpty().Average(), byVariance = d.Zip(normalized, (a, b) => a * b).DefaultIfEmpty().Average();
        return [.. d.Zip(normalized, (a, x) => scale * (a - byMean - x * byVariance))];
    }

    private (double[] Normalized, double Scale) Normalize(double[] v) => Normalize(v, epsilon);
}
