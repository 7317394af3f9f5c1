namespace Lstm.Benchmarks.Naive;

/// <summary>The normalisation of one row, without gain and shift.</summary>
internal static class NaiveLayerNorm
{
    /// <returns>r = 1 / sqrt(var + eps).</returns>
    public static float Forward(ReadOnlySpan<float> v, float epsilon, Span<float> normalized)
    {
        float mean = 0, variance = 0;
        foreach (float value in v)
        {
            mean += value / v.Length;
        }

        foreach (float value in v)
        {
            variance += (value - mean) * (value - mean) / v.Length;
        }

        float r = 1 / MathF.Sqrt(variance + epsilon);
        for (int u = 0; u < v.Length; u++)
        {
            normalized[u] = (v[u] - mean) * r;
        }

        return r;
    }

    /// <summary>dv = r * (dx̂ - mean(dx̂) - x̂ * mean(dx̂ * x̂)).</summary>
    public static void Backward(ReadOnlySpan<float> dNormalized, ReadOnlySpan<float> normalized, float r, Span<float> dv)
    {
        float mean = 0, product = 0;
        for (int u = 0; u < dv.Length; u++)
        {
            mean += dNormalized[u] / dv.Length;
            product += dNormalized[u] * normalized[u] / dv.Length;
        }

        for (int u = 0; u < dv.Length; u++)
        {
            dv[u] = r * (dNormalized[u] - mean - (normalized[u] * product));
        }
    }
}
