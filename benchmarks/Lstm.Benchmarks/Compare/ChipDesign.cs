namespace Lstm.Benchmarks.Compare;

/// <summary>The designs of processors of servers, which a virtual machine does not tell by name.</summary>
/// <param name="Vendor">As <c>/proc/cpuinfo</c> has it.</param>
/// <param name="Family">The family.</param>
/// <param name="First">The first model of this design.</param>
/// <param name="Last">The last one.</param>
/// <param name="Name">The core, and the server's processor.</param>
internal sealed record ChipDesign(string Vendor, int Family, int First, int Last, string Name)
{
    private const string Amd = "AuthenticAMD", Intel = "GenuineIntel";

    private static readonly ChipDesign[] s_known =
    [
        new(Amd, 23, 48, 63, "Zen 2 (Rome)"),
        new(Amd, 25, 0, 15, "Zen 3 (Milan)"),
        new(Amd, 25, 16, 31, "Zen 4 (Genoa)"),
        new(Amd, 25, 160, 175, "Zen 4c (Bergamo)"),
        new(Amd, 26, 0, 15, "Zen 5 (Turin)"),
        new(Amd, 26, 16, 31, "Zen 5c (Turin Dense)"),
        new(Intel, 6, 85, 85, "Skylake or Cascade Lake"),
        new(Intel, 6, 106, 106, "Ice Lake"),
        new(Intel, 6, 143, 143, "Sapphire Rapids"),
        new(Intel, 6, 173, 173, "Granite Rapids"),
        new(Intel, 6, 207, 207, "Emerald Rapids"),
    ];

    /// <summary>Returns null for what is not known.</summary>
    public static string? Find(string? vendor, int family, int model) =>
        Array.Find(s_known, design => design.Has(vendor, family, model))?.Name;

    private bool Has(string? vendor, int family, int model) => Vendor == vendor && Family == family && model >= First && model <= Last;
}
