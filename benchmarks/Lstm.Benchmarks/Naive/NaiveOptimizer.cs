namespace Lstm.Benchmarks.Naive;

internal static class NaiveOptimizer
{
    public static void ClipByGlobalNorm(NaiveParameter[] parameters, float maxNorm)
    {
        double squares = 0;
        foreach (NaiveParameter parameter in parameters)
        {
            foreach (float g in parameter.Gradient)
            {
                squares += g * g;
            }
        }

        float scale = MathF.Min(1, maxNorm / (float)Math.Sqrt(squares));
        foreach (NaiveParameter parameter in parameters)
        {
            for (int k = 0; k < parameter.Gradient.Length; k++)
            {
                parameter.Gradient[k] *= scale;
            }
        }
    }

    /// <summary>A step of Adam with its usual constants; clears the gradients.</summary>
    public static void Adam(NaiveParameter[] parameters, float learningRate, int step)
    {
        const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
        float correction1 = 1 - MathF.Pow(Beta1, step), correction2 = 1 - MathF.Pow(Beta2, step);
        foreach (NaiveParameter parameter in parameters)
        {
            (float[] w, float[] g, float[] m, float[] v) = (parameter.Value, parameter.Gradient, parameter.Mean, parameter.Variance);
            for (int k = 0; k < w.Length; k++)
            {
                m[k] = (Beta1 * m[k]) + ((1 - Beta1) * g[k]);
                v[k] = (Beta2 * v[k]) + ((1 - Beta2) * g[k] * g[k]);
                w[k] -= learningRate * (m[k] / correction1) / (MathF.Sqrt(v[k] / correction2) + Epsilon);
                g[k] = 0;
            }
        }
    }
}
