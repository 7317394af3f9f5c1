using System.Globalization;
using System.Numerics;

namespace Lstm.Benchmarks.Worker;

/// <summary>The numbers every system is given, so that their results can be compared. The peers have them, too.</summary>
internal static class TestData
{
    public const uint Input = 100, OutputGradient = 101;
    private const uint Probe = 102;

    /// <summary>The parameters and states of layer 0; 10 is added for each layer above.</summary>
    private static readonly Dictionary<string, uint> OfLayer = new() { ["W"] = 0, ["R"] = 1, ["b"] = 2, ["p"] = 3, ["h"] = 4, ["c"] = 5 };

    /// <summary>A hash of tensor and index, in [-1, 1); exact in float.</summary>
    public static float Number(uint tensor, int index)
    {
        uint u = unchecked(((uint)index * 0x9E3779B1) + (tensor * 0x85EBCA77));
        u ^= u >> 15;
        u = unchecked(u * 0x2C1B3C6D);
        u ^= u >> 13;
        return ((u >> 8) * MathF.ScaleB(1, -23)) - 1;
    }

    public static void Fill<T>(Span<T> values, uint tensor, float scale = 1)
        where T : INumberBase<T>
    {
        for (int n = 0; n < values.Length; n++)
        {
            values[n] = T.CreateTruncating(Number(tensor, n) * scale);
        }
    }

    /// <summary>The gradient of the output: at every step, or at the last one alone.</summary>
    public static void FillOutputGradient<T>(Span<T> values, Work work)
        where T : INumberBase<T>
    {
        Fill(values, OutputGradient);
        if (work.Mode == WorkMode.Last)
        {
            values[..^(work.Batch * work.HiddenSize)].Clear();
        }
    }

    /// <summary>Fills what is named <c>0.W</c>, <c>1.h</c> ...; a name the table does not have keeps its values.</summary>
    public static void FillNamed<T>(string name, Span<T> values, Work work)
        where T : INumberBase<T>
    {
        string[] parts = name.Split('.');
        int hiddenSize = work.HiddenSize;
        if (OfLayer.TryGetValue(parts[1], out uint tensor))
        {
            float scale = parts[1] switch { "W" or "R" => 1 / MathF.Sqrt(hiddenSize), "h" or "c" => 0.5f, _ => 0.1f };
            Fill(values, tensor + (10 * uint.Parse(parts[0], CultureInfo.InvariantCulture)), scale);
            if (parts[1] == "b" && values.Length == 4 * hiddenSize)
            {
                foreach (ref T bias in values.Slice(hiddenSize, hiddenSize))
                {
                    bias += T.CreateTruncating(work.ForgetBias);
                }
            }
        }
        else if (parts[1] == "gain")
        {
            // With gains of 1 a hundred steps are chaotic, and float and double would have little in common.
            values.Fill(T.CreateTruncating(0.25));
        }
    }

    public static Fingerprint FingerprintOf<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        double sum = 0, squares = 0;
        for (int n = 0; n < values.Length; n++)
        {
            double value = double.CreateTruncating(values[n]);
            sum += value * Number(Probe, n);
            squares += value * value;
        }

        return new Fingerprint(sum, Math.Sqrt(squares));
    }
}
