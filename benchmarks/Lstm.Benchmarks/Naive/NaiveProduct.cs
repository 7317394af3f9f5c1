namespace Lstm.Benchmarks.Naive;

/// <summary>Matrix products as three plain loops, for row-major matrices. All add to C.</summary>
internal static class NaiveProduct
{
    /// <summary>C[m,n] += A[m,k] B[k,n].</summary>
    public static void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                for (int j = 0; j < n; j++)
                {
                    c[(i * n) + j] += a[(i * k) + p] * b[(p * n) + j];
                }
            }
        }
    }

    /// <summary>C[m,n] += A[m,k] B[n,k]^T.</summary>
    public static void AddByTransposed(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int p = 0; p < k; p++)
                {
                    sum += a[(i * k) + p] * b[(j * k) + p];
                }

                c[(i * n) + j] += sum;
            }
        }
    }

    /// <summary>C[m,n] += A[k,m]^T B[k,n].</summary>
    public static void AddTransposed(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k)
    {
        for (int p = 0; p < k; p++)
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    c[(i * n) + j] += a[(p * m) + i] * b[(p * n) + j];
                }
            }
        }
    }
}
