namespace Lstm.Tests.Training;

public sealed class LossTotalsTests
{
    [Fact]
    public void A_mean_of_any_size_fits()
    {
        LossTotals totals = new([]);
        totals.Add(new BatchLoss(1e300, 1e20));
        totals.Add(new BatchLoss(double.NaN, 0));
        totals.Mark();
        totals.Add(new BatchLoss(-5e299, 2e20));

        totals.Mean.Should().BeApproximately(0, 1e284);
        totals.GoBack();
        totals.Mean.Should().Be(1e300);
        LossTotals resumed = new([]);
        resumed.Restore(totals.Sum, totals.Weight, []);
        resumed.ToEvaluation().Loss.Should().Be(1e300);
    }

    [Fact]
    public void The_sum_is_the_plain_one_where_it_fits()
    {
        LossTotals totals = new([]);
        totals.Add(new BatchLoss(0.1, 3));
        totals.Add(new BatchLoss(0.7, 5));

        totals.Mean.Should().Be((0.1 * 3 + 0.7 * 5) / 8);
    }
}
