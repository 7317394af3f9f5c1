namespace Lstm.Benchmarks.Compare;

/// <summary>The work that all systems do.</summary>
internal sealed record CaseShape(Configuration Configuration, string Cell, int Threads)
{
    public override string ToString() => $"{Configuration.Name} {Cell} with {Threads} thread{(Threads == 1 ? "" : "s")}";
}

/// <summary>What each system took in each round.</summary>
internal sealed record CaseResult(CaseShape Shape)
{
    /// <summary>By system, one for each round; a system that cannot run the cell is missing.</summary>
    public required IReadOnlyDictionary<string, Timing[]> Timings { get; init; }

    /// <summary>GFLOP/s of the speed limit, one for each round; empty where it was not asked for.</summary>
    public required double[] Peaks { get; init; }

    /// <summary>The median over the rounds, in milliseconds.</summary>
    public double? Forward(string system) => Median(system, timing => timing.Forward);

    /// <summary>The median over the rounds, in milliseconds; null for a configuration without training.</summary>
    public double? Train(string system) => Configuration.IsTraining ? Median(system, timing => timing.Train) : null;

    public double? ForwardMinimum(string system) => Find(system)?.Min(timing => timing.ForwardMinimum);

    public double? TrainMinimum(string system) => Configuration.IsTraining ? Find(system)?.Min(timing => timing.TrainMinimum) : null;

    /// <summary>Speed in training; forward where there is no training.</summary>
    public double? GigaFlops(string system) => Configuration.Operations / (Train(system) ?? Forward(system)) / 1e6;

    public double? PeakGigaFlops => Peaks.Length > 0 ? Statistics.Median(Peaks) : null;

    /// <summary>Time of a system divided by that of this library, round by round.</summary>
    public double[]? Ratios(string system) => Find(system) is { } times && Find(CompareOptions.Lstm) is { } own
        ? [.. times.Zip(own, (theirs, ours) => Time(theirs) / Time(ours))]
        : null;

    private Configuration Configuration => Shape.Configuration;

    private double Time(Timing timing) => Configuration.IsTraining ? timing.Train : timing.Forward;

    private Timing[]? Find(string system) => Timings.GetValueOrDefault(system);

    private double? Median(string system, Func<Timing, double> time) =>
        Find(system) is { } timings ? Statistics.Median(timings.Select(time)) : null;
}
