namespace Lstm.Tests.Kernels;

/// <summary>
/// Layer normalisation with gain and shift in plain double loops, as docs/lstm.md has it, over groups of neighbours: the readable twin of the
/// kernels. It keeps what its backward pass needs.
/// </summary>
internal sealed class NaiveNormalization(double[] gain, double[] shift, int group, double epsilon)
{
    private readonly double[] _normalized = new double[gain.Length];
    private readonly double[] _scale = new double[gain.Length];

    /// <summary>gain * (v - mean) / sqrt(var + eps) + shift.</summary>
    public double[] Forward(double[] v)
    {
        double[] y = new double[v.Length];
        for (int start = 0; start < v.Length; start += group)
        {
            double[] part = v[start..(start + group)];
            double mean = Mean(part), r = 1 / Math.Sqrt(Mean(part, value => (value - mean) * (value - mean)) + epsilon);
            for (int k = start; k < start + group; k++)
            {
                (_normalized[k], _scale[k]) = ((v[k] - mean) * r, r);
                y[k] = gain[k] * _normalized[k] + shift[k];
            }
        }

        return y;
    }

    public (double[] V, double[] Gain, double[] Shift) Backward(double[] dy)
    {
        double[] dv = new double[dy.Length];
        for (int start = 0; start < dy.Length; start += group)
        {
            int[] units = [.. Enumerable.Range(start, group)];
            double byMean = Mean(units, k => gain[k] * dy[k]), byVariance = Mean(units, k => gain[k] * dy[k] * _normalized[k]);

            for (int k = start; k < start + group; k++)
            {
                dv[k] = _scale[k] * (gain[k] * dy[k] - byMean - _normalized[k] * byVariance);
            }
        }

        return (dv, [.. dy.Zip(_normalized, (d, x) => d * x)], [.. dy]);
    }

    /// <summary>Summed in decimal, that is of 15 digits of each number without further rounding: a long sum in double would be less exact than the kernels.</summary>
    private static double Mean<TItem>(TItem[] items, Func<TItem, double> value) => (double)items.Average(item => (decimal)value(item));

    private static double Mean(double[] items) => Mean(items, item => item);
}
