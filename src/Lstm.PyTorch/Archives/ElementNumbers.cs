using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Lstm.PyTorch.Pickles;

namespace Lstm.PyTorch.Archives;

/// <summary>Makes numbers of the bytes of a storage, whose lowest byte comes first.</summary>
internal static class ElementNumbers<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of bytes of a number of <typeparamref name="T"/>.</summary>
    public static int Size { get; } = Unsafe.SizeOf<T>();

    private static ElementType Own { get; } = typeof(T) == typeof(float) ? ElementType.Float : ElementType.Double;

    /// <summary>Refuses a type that <typeparamref name="T"/> is not read of.</summary>
    /// <exception cref="InvalidDataException">It is neither <typeparamref name="T"/> nor of 16 bits.</exception>
    public static void Check(string name, ElementType type)
    {
        if (type != Own && type.Size != 2)
        {
            throw new InvalidDataException($"Expected tensor '{name}' of {Own} or of numbers of 16 bits, but it is of {type}.");
        }
    }

    /// <summary>Reads numbers.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, ElementType type, Span<T> numbers)
    {
        if (type == ElementType.Float)
        {
            for (int k = 0; k < numbers.Length; k++)
            {
                numbers[k] = T.CreateTruncating(BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * k)..]));
            }
        }
        else if (type == ElementType.Double)
        {
            for (int k = 0; k < numbers.Length; k++)
            {
                numbers[k] = T.CreateTruncating(BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * k)..]));
            }
        }
        else if (type == ElementType.Half)
        {
            for (int k = 0; k < numbers.Length; k++)
            {
                numbers[k] = T.CreateTruncating(BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * k)..]));
            }
        }
        else
        {
            for (int k = 0; k < numbers.Length; k++)
            {
                int upper = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * k)..]) << 16;
                numbers[k] = T.CreateTruncating(BitConverter.Int32BitsToSingle(upper));
            }
        }
    }
}
