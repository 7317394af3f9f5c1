namespace Lstm;

/// <summary>The place of a number in a tensor.</summary>
internal static class TensorPosition
{
    /// <summary>The position by dimension, slowest first, of a number of a row-major tensor.</summary>
    public static int[] Of(int index, ReadOnlySpan<int> shape)
    {
        int[] position = new int[shape.Length];
        for (int k = shape.Length - 1; k >= 0; k--)
        {
            (index, position[k]) = Math.DivRem(index, shape[k]);
        }

        return position;
    }
}
