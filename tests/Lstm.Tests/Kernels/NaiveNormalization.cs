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
            double mean = part.Average(), r = 1 / Math.Sqrt(part.Average(value => (value - mean) * (value - mean)) + epsilon);
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
            double byMean = 0, byVariance = 0;
            for (int k = start; k < start + group; k++)
            {
                byMean += gain[k] * dy[k] / group;
                byVariance += gain[k] * dy[k] * _normalized[k] / group;
            }

            for (int k = start; k < start + group; k++)
            {
                dv[k] = _scale[k] * (gain[k] * dy[k] - byMean - _normalized[k] * byVariance);
            }
        }

        return (dv, [.. dy.Zip(_normalized, (d, x) => d * x)], [.. dy]);
    }
}
