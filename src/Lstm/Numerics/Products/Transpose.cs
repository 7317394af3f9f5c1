using System.Numerics;

namespace Lstm.Numerics;

/// <summary>Makes transposed copies, in square blocks that fit the first-level cache.</summary>
internal static class Transpose
{
    private const int Block = 16;

    /// <summary>Effectively computes <c>destination[j, i] = source[i, j]</c> for source[rows, columns].</summary>
    public static void Assign<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(source, rows, columns, destination, add: false);

    /// <summary>Effectively computes <c>destination[j, i] += source[i, j]</c> for source[rows, columns].</summary>
    public static void Add<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(source, rows, columns, destination, add: true);

    private static void Run<T>(ReadOnlySpan<T> source, int rows, int columns, Span<T> destination, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int firstRow = 0; firstRow < rows; firstRow += Block)
        {
            for (int firstColumn = 0; firstColumn < columns; firstColumn += Block)
            {
                int endRow = Math.Min(rows, firstRow + Block), endColumn = Math.Min(columns, firstColumn + Block);
                for (int j = firstColumn; j < endColumn; j++)
                {
                    for (int i = firstRow; i < endRow; i++)
                    {
                        T value = source[i * columns + j];
                        destination[j * rows + i] = add ? destination[j * rows + i] + value : value;
                    }
                }
            }
        }
    }
}
