using System.Numerics;

namespace Lstm.Tests.Conformance;

/// <summary>One of the reference's tensors within a parameter: some rows of <paramref name="Width"/> numbers, <paramref name="Stride"/> apart.</summary>
internal sealed record TensorPart(string Name, int Start, int Rows, int Width, int Stride)
{
    public void Write<T>(double[] values, Span<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < values.Length; k++)
        {
            parameter[At(k)] = T.CreateTruncating(values[k]);
        }
    }

    public T[] Read<T>(ReadOnlySpan<T> parameter)
    {
        T[] values = new T[Rows * Width];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = parameter[At(k)];
        }

        return values;
    }

    private int At(int k) => Start + k / Width * Stride + k % Width;
}

/// <summary>Which of the reference's tensors lie where in a parameter of an LSTM.</summary>
internal static class LstmTensorParts
{
    public static IEnumerable<TensorPart> Of<T>(ReferenceVector vector, string prefix, Parameter<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string name = parameter.Name[(parameter.Name.LastIndexOf('.') + 1)..];
        return name switch
        {
            "P" => Blocks(parameter, ["proj"]),
            "Q" => FullRecurrence(parameter),
            "gain_c" => Blocks(parameter, ["gain.c"]),
            "shift_c" => Blocks(parameter, ["shift.c"]),
            "gain" or "shift" when vector.Has("parameters", $"{prefix}{name}.W") => Blocks(parameter, [$"{name}.W", $"{name}.R"]),
            "gain" or "shift" when vector.Has("parameters", $"{prefix}{name}.WR") => Blocks(parameter, [$"{name}.WR"]),
            _ => Blocks(parameter, [.. "ifgo".Select(gate => $"{name}.{gate}").Where(tensor => vector.Has("parameters", prefix + tensor))]),
        };
    }

    private static IEnumerable<TensorPart> Blocks<T>(Parameter<T> parameter, string[] names)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = parameter.Length / names.Length;
        return names.Select((name, k) => new TensorPart(name, k * length, Rows: 1, length, length));
    }

    private static IEnumerable<TensorPart> FullRecurrence<T>(Parameter<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = parameter.Shape[1], size = columns / 3;
        return from to in Enumerable.Range(0, 3)
               from fromGate in Enumerable.Range(0, 3)
               select new TensorPart($"Q.{"ifo"[to]}{"ifo"[fromGate]}", (to * size * columns) + (fromGate * size), size, size, columns);
    }
}
