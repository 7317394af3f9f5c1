using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Fuzz;

internal static class SoundFiles
{
    /// <summary>The bytes of the file that <paramref name="save"/> writes.</summary>
    public static byte[] Bytes(Action<string> save)
    {
        string path = Path.GetTempFileName();
        try
        {
            save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>All that states hold, as bytes.</summary>
    public static byte[] Bits(params NamedState<float>[] states)
    {
        List<byte> bits = [];
        foreach (NamedState<float> state in states)
        {
            bits.AddRange(Encoding.UTF8.GetBytes($"{state.Kind} {state.Steps} {string.Join(' ', state.Numbers.Select(number => $"{number.Key}={number.Value:R}"))}"));
            foreach (StateTensor<float> tensor in state.Tensors)
            {
                bits.AddRange(MemoryMarshal.AsBytes(tensor.Values.Span));
            }
        }

        return [.. bits];
    }
}
