using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Worker;

namespace Lstm.Tests.Benchmarks;

/// <summary>The numbers that <c>compare</c> makes of what it has measured.</summary>
public sealed class MeasurementTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1.3)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void A_quantile_lies_on_the_line_between_its_neighbours(double share, double expected) =>
        Statistics.Quantile([4, 2, 1, 3], share).Should().BeApproximately(expected, 1e-12);

    [Fact]
    public void A_ratio_pairs_the_medians_of_a_round_and_the_minima_of_all_rounds()
    {
        Duration[] theirs = [new(6, 5), new(20, 4), new(9, 8)], ours = [new(3, 2), new(5, 4), new(3, 3)];

        Ratio ratio = Ratio.Of(theirs, ours);

        ratio.OfMinima.Should().Be(2);                  // 4 / 2, of different rounds
        ratio.Median.Should().Be(3);                    // of 2, 4, 3
        ratio.Low.Should().BeApproximately(2.2, 1e-12);
        ratio.High.Should().BeApproximately(3.8, 1e-12);
    }

    [Theory]
    [InlineData(0.021, 0, 0)]
    [InlineData(0, 0.51, 0)]
    [InlineData(0, 0, 81)]
    public void One_disturbance_is_enough(double stolen, double waiting, double switches)
    {
        new Disturbance(stolen, waiting, switches).IsTooMuch.Should().BeTrue();
        new Disturbance(stolen / 2, waiting / 2, switches / 2).IsTooMuch.Should().BeFalse();
    }

    [Theory]
    [InlineData(2, "2/20")]
    [InlineData(3, "3/20 !")]
    public void A_case_may_have_a_tenth_of_its_rounds_disturbed(int disturbed, string text)
    {
        Disturbance[] rounds = [.. Enumerable.Range(0, 20).Select(round => new Disturbance(0, round < disturbed ? 1 : 0, 0))];

        CaseDisturbance disturbance = new(rounds);

        disturbance.IsTooMuch.Should().Be(text.EndsWith('!'));
        disturbance.ToString().Should().Be(text);
    }

    [Fact]
    public void Nothing_is_said_where_the_system_tells_nothing()
    {
        CaseDisturbance disturbance = new([]);

        disturbance.IsTooMuch.Should().BeFalse();
        disturbance.ToString().Should().BeEmpty();
        disturbance.Stolen.Should().BeNull();
    }

    [Fact]
    public void Work_reads_the_words_that_it_has_written()
    {
        Work work = new(2, 128, 1, 50, 100) { Cell = "peephole", Mode = WorkMode.Last, ForgetBias = -3 };

        work.ToString().Should().Be("2 128 1 50 100 peephole last -3");
        Work.Parse(work.ToString().Split(' ')).Should().Be(work);
    }

    [Fact]
    public void A_timing_has_a_dash_for_what_its_mode_does_not_have()
    {
        new Timing(new(2, 1), null).ToString().Should().Be("2 - 1 -");
        new Timing(null, new(4, 3)).ToString().Should().Be("- 4 - 3");
    }

    [Fact]
    public void Numbers_that_have_vanished_agree_and_others_have_to_be_near()
    {
        new Fingerprint(0, 0).Agrees(new(1e-40, 1e-40)).Should().BeTrue();
        new Fingerprint(1, 2).Agrees(new(1.0001, 2)).Should().BeTrue();
        new Fingerprint(1, 2).Agrees(new(1.001, 2)).Should().BeFalse();
    }
}
