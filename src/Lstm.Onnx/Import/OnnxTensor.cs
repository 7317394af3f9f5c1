using System.Buffers.Binary;

namespace Lstm.Onnx;

/// <summary>A constant of a graph: numbers of 32 bits, or integers. The field numbers are those of <c>onnx.proto3</c>.</summary>
internal sealed class OnnxTensor
{
    private OnnxTensor(string name, long[] shape)
    {
        (Name, Shape) = (name, shape);
        long length = 1;
        foreach (long size in shape)
        {
            length = size >= 0 && size <= Array.MaxLength && length * size <= Array.MaxLength
                ? length * size
                : throw new InvalidDataException($"The tensor '{name}' has the shape [{string.Join(',', shape)}], which no array has.");
        }

        Length = (int)length;
    }

    public string Name { get; }

    public IReadOnlyList<long> Shape { get; }

    public int Length { get; }

    /// <summary>The numbers, or null for a tensor of integers or of another type.</summary>
    public float[]? Floats { get; private init; }

    /// <summary>The integers, or null.</summary>
    public long[]? Integers { get; private init; }

    public static OnnxTensor OfIntegers(string name, long[] values, bool isScalar = false) =>
        new(name, isScalar ? [] : [values.Length]) { Integers = values };

    public static OnnxTensor OfFloats(string name, float[] values, bool isScalar = false) =>
        new(name, isScalar ? [] : [values.Length]) { Floats = values };

    public static OnnxTensor OfMatrix(float[] values, int rows, int columns) => new("", [rows, columns]) { Floats = values };

    public static OnnxTensor Read(ReadOnlySpan<byte> bytes)
    {
        List<long> shape = [], integers = [];
        List<float> floats = [];
        ReadOnlySpan<byte> raw = default;
        (string name, long type, bool isExternal, bool isRaw) = ("", 0, false, false);
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: reader.AddTo(shape); break;
                case 2: type = reader.Int64(); break;
                case 4: reader.AddTo(floats); break;
                case 5 or 7: reader.AddTo(integers); break;
                case 8: name = reader.Text(); break;
                case 9:
                    isRaw = true;
                    raw = reader.Bytes();
                    break;
                case 14: isExternal = reader.Int64() != 0; break;
                default: reader.Skip(); break;
            }
        }

        if (isExternal)
        {
            throw new NotSupportedException($"The numbers of the tensor '{name}' are in another file: save the model as one file.");
        }

        OnnxTensor tensor = new(name, [.. shape]);
        return (ElementType)type switch
        {
            ElementType.Float => new(name, [.. shape]) { Floats = isRaw ? RawFloats(tensor, raw) : Counted(tensor, [.. floats]) },
            ElementType.Int64 => new(name, [.. shape]) { Integers = isRaw ? RawIntegers(tensor, raw) : Counted(tensor, [.. integers]) },
            _ => tensor,
        };
    }

    private static float[] RawFloats(OnnxTensor tensor, ReadOnlySpan<byte> raw)
    {
        CheckLength(tensor, raw.Length, sizeof(float));
        float[] values = new float[tensor.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(raw[(i * sizeof(float))..]);
        }

        return values;
    }

    private static long[] RawIntegers(OnnxTensor tensor, ReadOnlySpan<byte> raw)
    {
        CheckLength(tensor, raw.Length, sizeof(long));
        long[] values = new long[tensor.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(raw[(i * sizeof(long))..]);
        }

        return values;
    }

    private static TElement[] Counted<TElement>(OnnxTensor tensor, TElement[] values)
    {
        CheckLength(tensor, values.Length, elementBytes: 1);
        return values;
    }

    private static void CheckLength(OnnxTensor tensor, long length, long elementBytes)
    {
        if (length != tensor.Length * elementBytes)
        {
            throw new InvalidDataException(
                $"The tensor '{tensor.Name}' of the shape [{string.Join(',', tensor.Shape)}] has {length / elementBytes} numbers.");
        }
    }
}
