using System.Runtime.InteropServices;

namespace Lstm.Benchmarks.Compare;

/// <summary>The kind of processor, and nothing else of the machine.</summary>
internal static class Machine
{
    /// <summary>Vendor, family and model, such as <c>AuthenticAMD family 25 model 17</c>.</summary>
    public static string Cpu
    {
        get
        {
            string[] lines = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
            return Field(lines, "vendor_id") is string vendor
                ? $"{vendor} family {Field(lines, "cpu family")} model {Field(lines, "model")}"
                : $"{RuntimeInformation.ProcessArchitecture}";
        }
    }

    /// <summary>The same as the name of a folder.</summary>
    public static string CpuFolder => Cpu.ToLowerInvariant().Replace(' ', '-');

    private static string? Field(string[] lines, string name) => lines
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(parts => parts is [string key, _] && key == name)?[1];
}
