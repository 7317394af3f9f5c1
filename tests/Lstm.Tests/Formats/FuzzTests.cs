using Lstm.Fuzz;

namespace Lstm.Tests.Formats;

/// <summary>The beginning of the long campaign of tests/Lstm.Fuzz.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Damaged_files_are_read_or_refused_as_documented()
    {
        FuzzReport report = Campaign.Run(count: 4000, seed: 1);

        report.Faults.Should().BeEmpty();
        foreach (string target in (string[])["model", "state", "checkpoint", "vocabulary"])
        {
            report.Of(target, "read").Should().BeGreaterThan(10, "not all files are refused: what lies behind the checks is reached");
            report.Of(target, nameof(InvalidDataException)).Should().BeGreaterThan(500);
        }

        report.Of("checkpoint", nameof(ArgumentException)).Should().BeGreaterThan(50, "some files are refused by the trainer only");
    }
}
