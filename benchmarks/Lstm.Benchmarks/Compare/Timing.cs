namespace Lstm.Benchmarks.Compare;

/// <summary>Milliseconds: the median and the minimum over repetitions.</summary>
internal readonly record struct Timing(double Forward, double Train, double ForwardMinimum, double TrainMinimum)
{
    public static Timing Of(double[] forward, double[] train) =>
        new(Statistics.Median(forward), Statistics.Median(train), forward.Min(), train.Min());
}
