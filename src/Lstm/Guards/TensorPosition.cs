namespace Lstm;

/// <summary>Finds the place of a number in a tensor.</summary>
internal static class TensorPosition
{
    /// <summary>Returns the position of a number of a row-major tensor, one index per dimension, slowest first.</summary>
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
