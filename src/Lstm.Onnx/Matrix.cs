namespace Lstm.Onnx;

/// <summary>Turns matrices around.</summary>
internal static class Matrix
{
    /// <summary>Returns a row-major matrix of <paramref name="rows"/> rows with its columns as rows.</summary>
    public static float[] Transpose(ReadOnlySpan<float> values, int rows)
    {
        int columns = values.Length / rows;
        float[] result = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[column * rows + row] = values[row * columns + column];
            }
        }

        return result;
    }
}
