namespace Lstm.Keras.Hdf5;

/// <summary>
/// The bytes of an HDF5 file. In a file that is whole, each byte belongs to one structure; so what is read of structures, and with it time
/// and memory, is limited by the length of the file, however the structures refer to each other.
/// </summary>
/// <param name="bytes">The whole file.</param>
internal sealed class FileBytes(ReadOnlyMemory<byte> bytes)
{
    /// <summary>What may be read beyond twice the length of the file: parts of structures are read in two steps.</summary>
    private const int Allowance = 1 << 12;

    private long _left = 2L * bytes.Length + Allowance;

    /// <summary>Returns bytes of a structure.</summary>
    /// <exception cref="InvalidDataException">They lie outside of the file, or the structures are larger than the file.</exception>
    public ReadOnlyMemory<byte> Structure(ulong address, ulong length)
    {
        ReadOnlyMemory<byte> taken = Data(address, length);
        Charge(taken.Length);
        return taken;
    }

    /// <summary>Counts bytes of structures that are read.</summary>
    /// <exception cref="InvalidDataException">The structures are larger than the file.</exception>
    public void Charge(long length)
    {
        _left -= length;
        if (_left < 0)
        {
            throw new InvalidDataException("Expected every structure of the HDF5 file once, but several refer to the same one.");
        }
    }

    /// <summary>Returns the bytes of a dataset.</summary>
    /// <exception cref="InvalidDataException">They lie outside of the file.</exception>
    public ReadOnlyMemory<byte> Data(ulong address, ulong length)
    {
        if (address > (ulong)bytes.Length || length > (ulong)bytes.Length - address)
        {
            throw new InvalidDataException(
                $"Expected an HDF5 file of {(UInt128)address + length} bytes, but it has {bytes.Length}: it is cut off or damaged.");
        }

        return bytes.Slice((int)address, (int)length);
    }
}
