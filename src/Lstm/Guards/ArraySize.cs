namespace Lstm.Numerics;

/// <summary>Lengths of arrays, where sizes come together whose product may be more than an array holds.</summary>
internal static class ArraySize
{
    /// <summary>The product of sizes of 0 or more.</summary>
    /// <param name="what">What the array holds, in the plural, for the message.</param>
    /// <param name="argument">The argument that is named in the exception.</param>
    /// <param name="sizes">The sizes and their names.</param>
    /// <exception cref="ArgumentException">An array cannot be as long; the message names the sizes.</exception>
    public static int Of(string what, string argument, params ReadOnlySpan<(string Name, int Size)> sizes)
    {
        Int128 length = 1;
        foreach ((_, int size) in sizes)
        {
            length *= size;
        }

        return length <= Array.MaxLength ? (int)length : throw TooLong(what, argument, sizes, length);
    }

    /// <summary>What to throw where arrays of such sizes could not be made.</summary>
    public static ArgumentException NoRoom(string what, Exception cause) =>
        new($"{what} do not fit into memory, or into arrays of {Array.MaxLength} numbers at most.", cause);

    /// <summary>Whether an exception says that an array is too long or memory too small.</summary>
    public static bool IsNoRoom(Exception error) => error is OverflowException or OutOfMemoryException;

    private static ArgumentException TooLong(string what, string argument, ReadOnlySpan<(string Name, int Size)> sizes, Int128 length)
    {
        string[] names = new string[sizes.Length], numbers = new string[sizes.Length];
        for (int k = 0; k < sizes.Length; k++)
        {
            (names[k], numbers[k]) = (sizes[k].Name, $"{sizes[k].Size}");
        }

        string shape = $"[{string.Join(", ", names)}] = [{string.Join(", ", numbers)}]";
        return new($"{what} do not fit: {shape} are {length} numbers, and an array holds {Array.MaxLength} at most.", argument);
    }
}
