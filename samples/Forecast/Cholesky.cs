namespace Forecast;

/// <summary>Solves systems of linear equations whose matrix is symmetric and positive definite.</summary>
internal static class Cholesky
{
    /// <summary>A X = B, by A = L Lᵀ.</summary>
    /// <param name="a">[size, size], of which the lower triangle is read; L afterwards.</param>
    /// <param name="b">[size, columns]; X afterwards.</param>
    /// <param name="size">The number of equations.</param>
    /// <param name="columns">The number of right-hand sides.</param>
    public static void Solve(Span<double> a, Span<double> b, int size, int columns)
    {
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double rest = a[row * size + column];
                for (int k = 0; k < column; k++)
                {
                    rest -= a[row * size + k] * a[column * size + k];
                }

                a[row * size + column] = row == column ? Math.Sqrt(rest) : rest / a[column * size + column];
            }
        }

        for (int column = 0; column < columns; column++)
        {
            for (int row = 0; row < size; row++)            // L Z = B
            {
                for (int k = 0; k < row; k++)
                {
                    b[row * columns + column] -= a[row * size + k] * b[k * columns + column];
                }

                b[row * columns + column] /= a[row * size + row];
            }

            for (int row = size - 1; row >= 0; row--)       // Lᵀ X = Z
            {
                for (int k = row + 1; k < size; k++)
                {
                    b[row * columns + column] -= a[k * size + row] * b[k * columns + column];
                }

                b[row * columns + column] /= a[row * size + row];
            }
        }
    }
}
