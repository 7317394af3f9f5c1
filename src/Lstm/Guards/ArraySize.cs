using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Computes the lengths of arrays from sizes whose product may be more than an array can hold.</summary>
internal static class ArraySize
{
    /// <summary>Returns the product of sizes, each of which is 0 or more.</summary>
    /// <param name="what">What the array holds, in the plural, for the message.</param>
    /// <param name="argument">The argument that the exception names.</param>
    /// <param name="sizes">The sizes and their names.</param>
    /// <exception cref="ArgumentException">An array cannot be that long; the message names the sizes.</exception>
    public static int Of(string what, string argument, params ReadOnlySpan<(string Name, int Size)> sizes)
    {
        Int128 length = 1;
        foreach ((_, int size) in sizes)
        {
            length *= size;
        }

        return length <= Array.MaxLength ? (int)length : throw TooLong(what, argument, sizes, length);
    }

    /// <summary>Refuses arrays that do not fit into memory together, before any is allocated.</summary>
    /// <param name="what">What the arrays hold, in the plural, for the message.</param>
    /// <param name="argument">The argument that the exception names.</param>
    /// <param name="numbers">The numbers in all of them.</param>
    /// <exception cref="ArgumentException">They take more bytes than there are.</exception>
    public static void CheckMemory<T>(string what, string argument, Int128 numbers)
    {
        Int128 bytes = numbers * Unsafe.SizeOf<T>(), memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > memory && memory > 0)
        {
            throw new ArgumentException($"{what} do not fit: they take {bytes} bytes or more, and {memory} are available.", argument);
        }
    }

    /// <summary>Returns the exception to throw when arrays of such sizes could not be allocated.</summary>
    public static ArgumentException NoRoom(string what, Exception cause) =>
        new($"{what} do not fit into memory, or into arrays of {Array.MaxLength} numbers at most.", cause);

    /// <summary>Returns whether an exception means that an array is too long or memory is too small.</summary>
    public static bool IsNoRoom(Exception error) => error is OverflowException or OutOfMemoryException;

    private static ArgumentException TooLong(string what, string argument, ReadOnlySpan<(string Name, int Size)> sizes, Int128 length)
    {
        (string Name, int Size)[] all = sizes.ToArray();
        string shape = $"[{string.Join(", ", all.Select(one => one.Name))}] = [{string.Join(", ", all.Select(one => $"{one.Size}"))}]";
        return new($"{what} do not fit: {shape} are {length} numbers, and an array holds {Array.MaxLength} at most.", argument);
    }
}
