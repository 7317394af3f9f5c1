using System.Globalization;
using System.Text;

namespace Lstm.Fuzz;

/// <summary>What came of the files of a campaign.</summary>
internal sealed class FuzzReport
{
    private readonly SortedDictionary<(string Target, string Outcome), int> _counts = [];

    /// <summary>What may not happen, a line each.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The most bytes that were allocated for each byte of a file, beyond <see cref="Campaign.FreeBytes"/>.</summary>
    public double MostAllocated { get; private set; }

    public int Of(string target, string outcome) => _counts.GetValueOrDefault((target, outcome));

    public void Count(string target, string outcome) => _counts[(target, outcome)] = Of(target, outcome) + 1;

    public void Allocated(double perByte) => MostAllocated = Math.Max(MostAllocated, perByte);

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (((string target, string outcome), int count) in _counts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{target,-12} {outcome,-24} {count,8}").Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"most allocated: {MostAllocated:F1} bytes for a byte of a file").Append('\n');
        Faults.ForEach(fault => text.Append("FAULT ").Append(fault).Append('\n'));
        return text.Append(CultureInfo.InvariantCulture, $"{Faults.Count} faults").Append('\n').ToString();
    }
}
