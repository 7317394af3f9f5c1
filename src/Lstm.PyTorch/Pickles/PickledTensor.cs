namespace Lstm.PyTorch.Pickles;

/// <summary>A tensor: a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The place of the first element in the storage.</param>
/// <param name="Shape">The sizes of the dimensions, slowest first.</param>
/// <param name="Strides">How many elements lie between neighbours, for each dimension.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, int[] Shape, long[] Strides)
{
    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether the elements lie one after the other, in the order of the shape.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int k = Shape.Length - 1; k >= 0; k--)
            {
                if (Shape[k] > 1 && Strides[k] != expected)
                {
                    return false;
                }

                expected *= Shape[k];
            }

            return true;
        }
    }
}
