using System.Globalization;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

public sealed unsafe class HugePagesTests
{
    [HugePagesFact]
    public void Linux_is_advised_on_a_large_buffer()
    {
        AlignedBuffer<byte> buffer = new(16 << 20);

        IsAdvised((nint)buffer.Pointer + buffer.Length / 2).Should().BeTrue();
        GC.KeepAlive(buffer);
    }

    /// <summary>Whether the mapping of this address has the flag "hg" (proc(5), smaps).</summary>
    private static bool IsAdvised(nint address)
    {
        bool within = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0].Split('-') is [string first, string end])
            {
                within = Address(first) <= address && address < Address(end);
            }
            else if (within && words[0] == "VmFlags:")
            {
                return words.Contains("hg");
            }
        }

        throw new InvalidOperationException("No mapping has this address and flags.");
    }

    private static nint Address(string text) => nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed class HugePagesFactAttribute : FactAttribute
    {
        private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";

        public HugePagesFactAttribute() => Skip = File.Exists(Setting) ? null : "This system has no transparent huge pages.";
    }
}
