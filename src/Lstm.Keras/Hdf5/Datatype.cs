namespace Lstm.Keras.Hdf5;

/// <summary>The descriptions of the types of numbers: the datatype messages of HDF5.</summary>
internal static class Datatype
{
    // Class 1 in version 1; mantissa with an implied first bit and the place of the sign; the size; then bits of offset and precision, and
    // place and size of exponent and mantissa, and the bias of the exponent.
    private static readonly byte[] Half = [0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0];
    private static readonly byte[] Single = [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
    private static readonly byte[] Double = [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xFF, 3, 0, 0];

    public static ReadOnlySpan<byte> Of(ElementType type) => type switch
    {
        ElementType.Half => Half,
        ElementType.Single => Single,
        _ => Double,
    };

    public static int SizeOf(ElementType type) => Of(type)[4];

    public static ElementType Read(ReadOnlySpan<byte> message)
    {
        foreach (ElementType type in (ReadOnlySpan<ElementType>)[ElementType.Half, ElementType.Single, ElementType.Double])
        {
            ReadOnlySpan<byte> known = Of(type);
            // The version, which stands in the upper half of the first byte, changes nothing for these classes.
            if (message.Length >= known.Length && (message[0] & 0xF) == (known[0] & 0xF)
                && message[1..known.Length].SequenceEqual(known[1..]))
            {
                return type;
            }
        }

        return ElementType.Other;
    }
}
