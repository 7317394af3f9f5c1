namespace Lstm.Keras.Hdf5;

/// <summary>Reads the sizes of the dimensions of a dataset or of an attribute.</summary>
internal static class Dataspace
{
    private const int MostDimensions = 32;

    public static int[] Read(ReadOnlySpan<byte> message)
    {
        FieldReader fields = new(message, "dataspace");
        int version = fields.U8(), rank = fields.U8();
        fields.Skip(1);
        if (version is not (1 or 2) || rank > MostDimensions)
        {
            throw new InvalidDataException(
                $"Expected a dataspace of version 1 or 2 with at most {MostDimensions} dimensions in the HDF5 file, but got version "
                    + $"{version} with {rank}.");
        }

        bool isNull = version == 2 && fields.U8() == 2;
        fields.Skip(version == 1 ? 5 : 0);
        int[] shape = new int[rank];
        for (int k = 0; k < rank; k++)
        {
            ulong size = fields.U64();
            shape[k] = size <= int.MaxValue
                ? (int)size
                : throw new InvalidDataException($"Expected dimensions of less than 2^31 in the HDF5 file, but got {size}.");
        }

        return isNull ? [0] : shape;
    }

    /// <summary>The number of elements of a shape.</summary>
    public static Int128 Count(ReadOnlySpan<int> shape)
    {
        Int128 count = 1;
        foreach (int size in shape)
        {
            // Beyond 2^62 no product matters any more, and 32 sizes of 31 bits could be larger than 128 bits hold.
            count = Int128.Min(count * size, (Int128)1 << 62);
        }

        return count;
    }
}
