using System.Numerics;

namespace Lstm.Keras.Layouts;

/// <summary>
/// How Keras lays out the weights of gates: a kernel is [inputs, gates * units], which is the transpose of a matrix of this library, and
/// the gates may come in another order.
/// </summary>
internal static class GateLayout
{
    /// <summary>The places of i, f, g, o of an LSTM in Keras' order i, f, c, o.</summary>
    public static readonly int[] Lstm = [0, 1, 2, 3];

    /// <summary>The places of r, z, n of a GRU in Keras' order z, r, h.</summary>
    public static readonly int[] Gru = [1, 0, 2];

    /// <summary>One block of units, as a dense layer and an Elman network have it.</summary>
    public static readonly int[] One = [0];

    /// <summary>Turns a kernel [inputs, gates * units] into a matrix [gates * units, inputs].</summary>
    /// <param name="kernel">The kernel, row-major.</param>
    /// <param name="places">For each gate of the matrix its place in the kernel.</param>
    /// <param name="inputs">The number of rows of the kernel.</param>
    /// <param name="matrix">The matrix, row-major.</param>
    public static void FromKernel<T>(ReadOnlySpan<T> kernel, int[] places, int inputs, Span<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = kernel.Length / inputs;
        for (int row = 0; row < columns; row++)
        {
            int column = ColumnOf(row, places, columns);
            for (int i = 0; i < inputs; i++)
            {
                matrix[row * inputs + i] = kernel[i * columns + column];
            }
        }
    }

    /// <summary>Turns a matrix [gates * units, inputs] into a kernel [inputs, gates * units].</summary>
    /// <inheritdoc cref="FromKernel"/>
    public static T[] ToKernel<T>(ReadOnlySpan<T> matrix, int[] places, int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] kernel = new T[matrix.Length];
        int columns = matrix.Length / inputs;
        for (int row = 0; row < columns; row++)
        {
            int column = ColumnOf(row, places, columns);
            for (int i = 0; i < inputs; i++)
            {
                kernel[i * columns + column] = matrix[row * inputs + i];
            }
        }

        return kernel;
    }

    /// <summary>The column of a kernel, or the place in a bias of Keras, that a row of a matrix comes from.</summary>
    private static int ColumnOf(int row, int[] places, int columns)
    {
        int units = columns / places.Length;
        return places[row / units] * units + row % units;
    }
}
