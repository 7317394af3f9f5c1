namespace Lstm.Tests.Histories;

/// <summary>Vectors on a <see cref="Tape"/>, term by term.</summary>
internal static class NaiveAlgebra
{
    /// <summary>The rows [first, first + count) of W x.</summary>
    public static Var[] Multiply(Var[] weights, int columns, Var[] x, int first, int count) =>
        Range(count, r => Sum(Range(columns, k => weights[(first + r) * columns + k] * x[k])));

    /// <summary>W x; of a token id, a column of W.</summary>
    public static Var[] Multiply(Var[] weights, int columns, NaiveInput x) => x.Values is null
        ? Range(weights.Length / columns, r => weights[r * columns + x.Token])
        : Multiply(weights, columns, x.Values, 0, weights.Length / columns);

    public static Var[] Add(Var[] a, Var[] b) => Range(a.Length, k => a[k] + b[k]);

    public static Var[] Multiply(Var[] a, Var[] b) => Range(a.Length, k => a[k] * b[k]);

    public static Var[] Multiply(double[] factors, Var[] a) => Range(a.Length, k => factors[k] * a[k]);

    /// <summary>mask * now + (1 - mask) * before.</summary>
    public static Var[] Mix(double[] mask, Var[] now, Var[] before) =>
        Range(now.Length, k => (mask[k] * now[k]) + ((1 - mask[k]) * before[k]));

    /// <summary>gain * (v - mean) / sqrt(var + eps) [+ shift].</summary>
    public static Var[] Normalize(Var[] v, Var[] gain, Var[]? shift, double epsilon)
    {
        Var mean = 1.0 / v.Length * Sum(v);
        Var[] centred = Range(v.Length, k => v[k] - mean);
        Var scale = (epsilon + (1.0 / v.Length * Sum(Multiply(centred, centred)))).Power(-0.5);
        Var[] scaled = Range(v.Length, k => gain[k] * (centred[k] * scale));
        return shift is null ? scaled : Add(scaled, shift);
    }

    public static T[] Range<T>(int count, Func<int, T> element) => [.. Enumerable.Range(0, count).Select(element)];

    private static Var Sum(Var[] terms) => terms.Aggregate((sum, term) => sum + term);
}
