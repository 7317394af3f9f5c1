using System.Diagnostics;

namespace Lstm.Tests.Bptt;

/// <summary>Steps are shared while that is the faster way, and again once it is.</summary>
public sealed class SharingPaceTests
{
    private readonly SharingPace _pace = new();

    [Fact]
    public void The_faster_way_is_taken()
    {
        Shares(runs: 200, together: 1, alone: 2).Should().BeGreaterThan(190);
        Shares(runs: 200, together: 5, alone: 2).Should().BeLessThan(25, "a core was taken away");
        Shares(runs: 400, together: 1, alone: 2).Should().BeGreaterThan(300, "it came back");
    }

    /// <summary>The first run compiles, and both ways are tried again soon after.</summary>
    [Fact]
    public void A_slow_first_run_is_forgotten_soon()
    {
        Shares(runs: 1, together: 1000, alone: 2).Should().Be(1);

        Shares(runs: 20, together: 1, alone: 2).Should().BeGreaterThan(12);
    }

    [Fact]
    public void Runs_of_other_lengths_are_compared_by_step()
    {
        for (int run = 0; run < 20; run++)
        {
            bool shared = _pace.Begin();
            _pace.End(shared, Stopwatch.GetTimestamp() - Ticks(shared ? 100 : 30), steps: shared ? 50 : 10);
        }

        Shares(runs: 8, together: 2, alone: 3).Should().BeGreaterThan(6);
    }

    /// <returns>How many of the runs were shared.</returns>
    private int Shares(int runs, int together, int alone)
    {
        int shares = 0;
        for (int run = 0; run < runs; run++)
        {
            bool shared = _pace.Begin();
            shares += shared ? 1 : 0;
            _pace.End(shared, Stopwatch.GetTimestamp() - Ticks(shared ? together : alone), steps: 1);
        }

        return shares;
    }

    /// <summary>Hours, beside which the time that this test takes is nothing.</summary>
    private static long Ticks(int hours) => hours * 3600L * Stopwatch.Frequency;
}
