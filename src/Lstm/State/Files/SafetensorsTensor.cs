using System.Text.Json;

namespace Lstm.Files;

/// <summary>The entry of one tensor in the header. Its data are the bytes [begin, end) after the header.</summary>
internal sealed record SafetensorsTensor(string Name, string DType, long[] Shape, long Begin, long End)
{
    public const string DTypeKey = "dtype";
    public const string ShapeKey = "shape";
    public const string OffsetsKey = "data_offsets";

    /// <summary>The number of values.</summary>
    public long Count => (long)(((Int128)End - Begin) * 8 / BitsPerValue());

    /// <summary>Returns the name of the element type T in the format.</summary>
    public static string DTypeOf<T>() => typeof(T) == typeof(float) ? "F32"
        : typeof(T) == typeof(double) ? "F64"
        : throw new NotSupportedException($"Models are of float or double, not of {typeof(T).Name}.");

    /// <summary>Reads one entry of the header and checks it on its own.</summary>
    /// <exception cref="InvalidDataException">The entry is incomplete, or its shape and its offsets do not agree.</exception>
    public static SafetensorsTensor Parse(string name, JsonElement json)
    {
        Dictionary<string, JsonElement> members = HeaderJson.Members(json, $"tensor '{name}'");
        foreach (string key in (ReadOnlySpan<string>)[DTypeKey, ShapeKey, OffsetsKey])
        {
            if (!members.ContainsKey(key))
            {
                throw new InvalidDataException($"Expected tensor '{name}' to have a {key}, but it has none.");
            }
        }

        string dtype = HeaderJson.Text(members[DTypeKey], $"the {DTypeKey} of tensor '{name}'");
        long[] shape = HeaderJson.Sizes(members[ShapeKey], $"the {ShapeKey} of tensor '{name}'");
        long[] offsets = HeaderJson.Sizes(members[OffsetsKey], $"the {OffsetsKey} of tensor '{name}'");
        if (offsets.Length != 2)
        {
            throw new InvalidDataException($"Expected tensor '{name}' to have 2 {OffsetsKey}, but got {offsets.Length}.");
        }

        SafetensorsTensor tensor = new(name, dtype, shape, offsets[0], offsets[1]);
        tensor.CheckLength();
        return tensor;
    }

    public string DescribeShape() => $"[{string.Join(",", Shape)}]";

    private void CheckLength()
    {
        Int128 count = 1;
        foreach (long size in Shape)
        {
            count *= size;
            if (count > long.MaxValue)
            {
                throw new InvalidDataException(
                    $"Expected tensor '{Name}' to have less than 2^63 values, but its shape is {DescribeShape()}.");
            }
        }

        Int128 bits = count * BitsPerValue();
        if (bits != ((Int128)End - Begin) * 8)
        {
            throw new InvalidDataException($"Expected tensor '{Name}' to span {bits / 8} bytes, since it is {DType} {DescribeShape()}, "
                + $"but its {OffsetsKey} are [{Begin},{End}].");
        }
    }

    // Enum Dtype in https://github.com/huggingface/safetensors, safetensors/src/tensor.rs
    private int BitsPerValue() => DType switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "I16" or "U16" or "F16" or "BF16" => 16,
        "I32" or "U32" or "F32" => 32,
        "I64" or "U64" or "F64" or "C64" => 64,
        _ => throw new InvalidDataException(
            $"Expected tensor '{Name}' to have a {DTypeKey} of the format, such as F32 or F64, but got '{DType}'."),
    };
}
