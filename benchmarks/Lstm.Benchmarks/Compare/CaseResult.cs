using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>What each system took in each round.</summary>
internal sealed record CaseResult(CaseShape Shape)
{
    /// <summary>By system, one for each round; a system that cannot run the case is missing.</summary>
    public required IReadOnlyDictionary<string, Timing[]> Timings { get; init; }

    /// <summary>GFLOP/s of the speed limit, one for each round; empty where it was not asked for.</summary>
    public required double[] Peaks { get; init; }

    /// <summary>What disturbed the rounds.</summary>
    public required CaseDisturbance Disturbance { get; init; }

    /// <summary>MiB by system; empty where it is not known.</summary>
    public IReadOnlyDictionary<string, double> Memory { get; init; } = new Dictionary<string, double>();

    public Duration? Forward(string system) => Duration.Of(TimingsOf(system).Select(timing => timing.Forward));

    public Duration? Train(string system) => Duration.Of(TimingsOf(system).Select(timing => timing.Train));

    /// <summary>Speed in training; forward where there is no training. Null where a step is more than its matrix products.</summary>
    public double? GigaFlops(string system) => Shape.Configuration.Work.HasForward
        ? Shape.Configuration.Operations / (Train(system) ?? Forward(system))?.Median / 1e6
        : null;

    public double? PeakGigaFlops => Peaks.Length > 0 ? Statistics.Median(Peaks) : null;

    /// <summary>Of training steps, or of forward passes where there is no training.</summary>
    public Ratio? Ratio(string system) => Ratio(system, timing => timing.Main);

    public Ratio? ForwardRatio(string system) =>
        Shape.Configuration.Work.HasForward ? Ratio(system, timing => timing.Forward!.Value) : null;

    private Ratio? Ratio(string system, Func<Timing, Duration> time) =>
        SystemNames.RivalOf(system) is string rival
        && Timings.TryGetValue(system, out Timing[]? theirs)
        && Timings.TryGetValue(rival, out Timing[]? ours)
            ? Compare.Ratio.Of([.. theirs.Select(time)], [.. ours.Select(time)])
            : null;

    private Timing[] TimingsOf(string system) => Timings.GetValueOrDefault(system, []);
}
