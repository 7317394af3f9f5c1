using System.Globalization;
using System.Runtime.InteropServices;

namespace Lstm.Benchmarks.Compare;

/// <summary>The kind of processor, and nothing else of the machine.</summary>
internal static class Machine
{
    private static readonly string[] s_lines = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];

    /// <summary>Vendor, family and model, such as <c>AuthenticAMD family 25 model 17</c>.</summary>
    public static string Cpu => Field("vendor_id") is string vendor
        ? $"{vendor} family {Field("cpu family")} model {Field("model")}"
        : $"{RuntimeInformation.ProcessArchitecture}";

    /// <summary>The same as the name of a folder.</summary>
    public static string CpuFolder => Cpu.ToLowerInvariant().Replace(' ', '-');

    /// <summary>What the processor calls itself, and the design it is of.</summary>
    public static string Model => string.Join(", ", new[] { Field("model name"), Design }.OfType<string>());

    private static string? Design =>
        int.TryParse(Field("cpu family"), CultureInfo.InvariantCulture, out int family)
        && int.TryParse(Field("model"), CultureInfo.InvariantCulture, out int model)
            ? ChipDesign.Find(Field("vendor_id"), family, model)
            : null;

    private static string? Field(string name) => s_lines
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(parts => parts is [string key, _] && key == name)?[1];
}
