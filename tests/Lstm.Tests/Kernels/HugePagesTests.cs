using System.Globalization;
using Lstm.Kernels;

namespace Lstm.Tests.Kernels;

public sealed unsafe class HugePagesTests
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";

    [Fact]
    public void Linux_is_advised_on_a_large_buffer()
    {
        if (!File.Exists(Setting) || !File.ReadAllText(Setting).Contains("[madvise]", StringComparison.Ordinal))
        {
            return;     // a system that takes no such advice, or whose flags do not show it
        }

        AlignedBuffer<byte> buffer = new(16 << 20);

        IsAdvised((nint)buffer.Pointer + buffer.Length / 2).Should().BeTrue();
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

        throw new InvalidOperationException("No mapping has this address.");
    }

    private static nint Address(string text) => nint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
