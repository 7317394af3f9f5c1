namespace Lstm.PyTorch.Archives;

/// <summary>
/// What reading a file may allocate: a multiple of the file's length. A small file that describes large or many objects is refused before
/// memory is taken.
/// </summary>
/// <param name="fileLength">The length of the file in bytes.</param>
internal sealed class AllocationBudget(long fileLength)
{
    /// <summary>What may be allocated for each byte of a file.</summary>
    public const int BytesPerByte = 10;

    /// <summary>What may be allocated whatever the file.</summary>
    public const int FreeBytes = 1 << 20;

    private readonly long _limit = FreeBytes + BytesPerByte * fileLength;
    private long _taken;

    /// <summary>Takes bytes from the budget, for memory that is allocated next.</summary>
    /// <exception cref="InvalidDataException">There are not as many left.</exception>
    public void Take(Int128 bytes)
    {
        if (bytes > _limit - _taken)
        {
            throw new InvalidDataException(
                $"Expected contents that take at most {_limit} bytes of memory, {BytesPerByte} times the file, but they take more.");
        }

        _taken += (long)bytes;
    }
}
