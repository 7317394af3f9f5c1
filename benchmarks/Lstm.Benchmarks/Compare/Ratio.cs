using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>How many times as long one system takes as another.</summary>
/// <param name="OfMinima">Of the shortest times of all rounds: what is left where nobody disturbs.</param>
/// <param name="Median">Of the ratios of each round, whose two turns lie close together.</param>
/// <param name="Low">A tenth of these ratios is below it.</param>
/// <param name="High">A tenth of these ratios is above it.</param>
internal readonly record struct Ratio(double OfMinima, double Median, double Low, double High)
{
    public static Ratio Of(IReadOnlyList<Duration> theirs, IReadOnlyList<Duration> ours)
    {
        double[] paired = [.. theirs.Zip(ours, (their, our) => their.Median / our.Median)];
        return new Ratio(
            theirs.Min(duration => duration.Minimum) / ours.Min(duration => duration.Minimum),
            Statistics.Median(paired), Statistics.Quantile(paired, 0.1), Statistics.Quantile(paired, 0.9));
    }
}
