using System.Numerics;

namespace Lstm.Files;

/// <summary>
/// Reads the numbers of a tensor as float or double. Halves of 16 bits (F16, BF16) are converted, which loses nothing; F32 and F64 have to be
/// asked for as what they are.
/// </summary>
internal static class TensorNumbers
{
    private const string F16 = "F16", BF16 = "BF16";
    private const int ChunkLength = 1 << 15;

    /// <exception cref="InvalidDataException">The numbers are not what a <typeparamref name="T"/> can be read from.</exception>
    public static void CheckType<T>(SafetensorsTensor tensor)
    {
        string dtype = SafetensorsTensor.DTypeOf<T>();
        if (tensor.DType != dtype && tensor.DType is not (F16 or BF16))
        {
            throw new InvalidDataException(
                $"Expected tensor '{tensor.Name}' of {DescribeType(dtype)}, but the file has {DescribeType(tensor.DType)}.");
        }
    }

    /// <summary>Reads numbers whose type has been checked, from where the stream is.</summary>
    public static void Read<T>(Stream stream, SafetensorsTensor tensor, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (tensor.DType)
        {
            case F16:
                ReadHalves(stream, values, static bits => T.CreateTruncating(BitConverter.UInt16BitsToHalf(bits)));
                break;
            case BF16:
                // The upper half of a float.
                ReadHalves(stream, values, static bits => T.CreateTruncating(BitConverter.UInt32BitsToSingle((uint)bits << 16)));
                break;
            default:
                LittleEndian.Read(stream, values);
                break;
        }
    }

    private static void ReadHalves<T>(Stream stream, Span<T> values, Func<ushort, T> convert)
    {
        ushort[] chunk = new ushort[Math.Min(ChunkLength, values.Length)];
        while (!values.IsEmpty)
        {
            Span<ushort> bits = chunk.AsSpan(0, Math.Min(chunk.Length, values.Length));
            LittleEndian.Read(stream, bits);
            for (int k = 0; k < bits.Length; k++)
            {
                values[k] = convert(bits[k]);
            }

            values = values[bits.Length..];
        }
    }

    private static string DescribeType(string dtype) => dtype switch
    {
        "F32" => "F32 (float)",
        "F64" => "F64 (double)",
        _ => dtype,
    };
}
