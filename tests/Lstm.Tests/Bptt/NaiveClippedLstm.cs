namespace Lstm.Tests.Bptt;

/// <summary>The peephole LSTM of docs/lstm.md from a state of zeros, with (10) to (12), one number after the other.</summary>
internal sealed class NaiveClippedLstm(ParameterCollection<double> parameters, StepClipping limits, int inputSize, int hiddenSize)
{
    private readonly double[] _w = parameters["0.W"].Value.ToArray(), _r = parameters["0.R"].Value.ToArray();
    private readonly double[] _b = parameters["0.b"].Value.ToArray(), _p = parameters["0.p"].Value.ToArray();

    public Dictionary<string, double[]> Gradients { get; } =
        new[] { "0.W", "0.R", "0.b", "0.p" }.ToDictionary(name => name, name => new double[parameters[name].Length]);

    public double[] InputGradient { get; private set; } = [];

    public double[] HiddenGradient { get; private set; } = [];

    public double[] CellGradient { get; private set; } = [];

    public void Run(double[] x, double[] dy, int steps, int batch)
    {
        (InputGradient, HiddenGradient, CellGradient) = (new double[x.Length], new double[batch * hiddenSize], new double[batch * hiddenSize]);
        for (int row = 0; row < batch; row++)
        {
            double[][] xs = [.. Enumerable.Range(0, steps).Select(t => x[((t * batch + row) * inputSize)..((t * batch + row + 1) * inputSize)])];
            double[][] dys = [.. Enumerable.Range(0, steps).Select(t => dy[((t * batch + row) * hiddenSize)..((t * batch + row + 1) * hiddenSize)])];
            double[] dx = RunSequence(xs, dys, out double[] dh, out double[] dc);
            for (int t = 0; t < steps; t++)
            {
                dx.AsSpan(t * inputSize, inputSize).CopyTo(InputGradient.AsSpan((t * batch + row) * inputSize));
            }

            dh.CopyTo(HiddenGradient, row * hiddenSize);
            dc.CopyTo(CellGradient, row * hiddenSize);
        }
    }

    private double[] RunSequence(double[][] x, double[][] dy, out double[] dhNext, out double[] dcNext)
    {
        int n = hiddenSize;
        double[][] h = [new double[n], .. x.Select(_ => new double[n])], c = [.. h.Select(_ => new double[n])];
        double[][] gates = [.. x.Select(_ => new double[4 * n])];
        for (int t = 0; t < x.Length; t++)
        {
            Forward(x[t], h[t], c[t], gates[t], c[t + 1], h[t + 1]);
        }

        double[] dx = new double[x.Length * inputSize];
        (dhNext, dcNext) = (new double[n], new double[n]);
        for (int t = x.Length - 1; t >= 0; t--)
        {
            double[] dh = [.. dy[t].Zip(dhNext, (a, b) => a + b)];
            double[] da = BackwardCell(gates[t], c[t], c[t + 1], dh, dcNext);
            dhNext = new double[n];
            Spread(da, x[t], h[t], c[t], c[t + 1], dx.AsSpan(t * inputSize, inputSize), dhNext);
            dhNext = [.. dhNext.Select(value => Limit(value, limits.HiddenGradient))];                      // (12)
        }

        return dx;
    }

    private void Forward(double[] x, double[] hPrev, double[] cPrev, double[] gates, double[] c, double[] h)
    {
        int n = hiddenSize;
        for (int j = 0; j < 4 * n; j++)
        {
            gates[j] = _b[j] + x.Select((value, k) => value * _w[j * inputSize + k]).Sum() + hPrev.Select((value, k) => value * _r[j * n + k]).Sum();
        }

        for (int u = 0; u < n; u++)
        {
            double i = Sigmoid(gates[u] + _p[u] * cPrev[u]), f = Sigmoid(gates[n + u] + _p[n + u] * cPrev[u]), g = Math.Tanh(gates[2 * n + u]);
            c[u] = f * cPrev[u] + i * g;
            double o = Sigmoid(gates[3 * n + u] + _p[2 * n + u] * c[u]);
            h[u] = o * Math.Tanh(c[u]);
            (gates[u], gates[n + u], gates[2 * n + u], gates[3 * n + u]) = (i, f, g, o);
        }
    }

    private double[] BackwardCell(double[] gates, double[] cPrev, double[] c, double[] dh, double[] dcNext)
    {
        int n = hiddenSize;
        double[] da = new double[4 * n];
        double Limited(double value) => Limit(value, limits.PreActivationGradient);                         // (10)
        for (int u = 0; u < n; u++)
        {
            (double i, double f, double g, double o, double tanhC) = (gates[u], gates[n + u], gates[2 * n + u], gates[3 * n + u], Math.Tanh(c[u]));
            double dao = Limited(dh[u] * tanhC * o * (1 - o));
            double dc = dcNext[u] + dh[u] * o * (1 - tanhC * tanhC) + _p[2 * n + u] * dao;
            double dag = Limited(dc * i * (1 - g * g)), daf = Limited(dc * cPrev[u] * f * (1 - f)), dai = Limited(dc * g * i * (1 - i));
            dcNext[u] = dc * f + _p[u] * dai + _p[n + u] * daf;
            (da[u], da[n + u], da[2 * n + u], da[3 * n + u]) = (dai, daf, dag, dao);
        }

        double norm = Math.Sqrt(da.Sum(value => value * value));
        double scale = limits.PreActivationNorm > 0 ? Math.Min(1, limits.PreActivationNorm / norm) : 1;     // (11)
        return [.. da.Select(value => value * scale)];
    }

    private void Spread(double[] da, double[] x, double[] hPrev, double[] cPrev, double[] c, Span<double> dx, Span<double> dhNext)
    {
        int n = hiddenSize;
        for (int j = 0; j < 4 * n; j++)
        {
            Gradients["0.b"][j] += da[j];
            for (int k = 0; k < inputSize; k++)
            {
                Gradients["0.W"][j * inputSize + k] += da[j] * x[k];
                dx[k] += da[j] * _w[j * inputSize + k];
            }

            for (int k = 0; k < n; k++)
            {
                Gradients["0.R"][j * n + k] += da[j] * hPrev[k];
                dhNext[k] += da[j] * _r[j * n + k];
            }
        }

        for (int u = 0; u < n; u++)
        {
            Gradients["0.p"][u] += da[u] * cPrev[u];
            Gradients["0.p"][n + u] += da[n + u] * cPrev[u];
            Gradients["0.p"][2 * n + u] += da[3 * n + u] * c[u];
        }
    }

    private static double Limit(double value, double limit) => limit > 0 ? Math.Clamp(value, -limit, limit) : value;

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
}
