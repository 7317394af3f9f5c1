using System.Text.Json;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>The results as lines of JSON, one for each system of each case.</summary>
internal static class JsonRows
{
    public static IEnumerable<string> Of(CaseResult result)
    {
        foreach ((string system, Timing[] turns) in result.Timings)
        {
            yield return JsonSerializer.Serialize(new
            {
                config = result.Shape.Configuration.Name,
                cell = result.Shape.Cell,
                threads = result.Shape.Threads,
                system,
                forward_ms = Round(result.Forward(system)?.Median),
                forward_min_ms = Round(result.Forward(system)?.Minimum),
                train_ms = Round(result.Train(system)?.Median),
                train_min_ms = Round(result.Train(system)?.Minimum),
                gflops = Round(result.GigaFlops(system)),
                rival = SystemNames.RivalOf(system),
                ratio = Object(result.Ratio(system)),
                forward_ratio = Object(result.ForwardRatio(system)),
                memory_mib = Round(result.Memory.TryGetValue(system, out double size) ? size : null),
                disturbance = Object(result.Disturbance),
                turns = new
                {
                    forward_ms = List(turns, turn => turn.Forward?.Median),
                    forward_min_ms = List(turns, turn => turn.Forward?.Minimum),
                    train_ms = List(turns, turn => turn.Train?.Median),
                    train_min_ms = List(turns, turn => turn.Train?.Minimum),
                },
            });
        }

        if (result.PeakGigaFlops is double peak)
        {
            yield return JsonSerializer.Serialize(new
            {
                config = result.Shape.Configuration.Name,
                cell = result.Shape.Cell,
                threads = result.Shape.Threads,
                system = SystemNames.Peak,
                gflops = Round(peak),
            });
        }
    }

    private static object? Object(Ratio? ratio) => ratio is not Ratio some ? null : new
    {
        minima = Round(some.OfMinima),
        median = Round(some.Median),
        p10 = Round(some.Low),
        p90 = Round(some.High),
    };

    private static object? Object(CaseDisturbance disturbance) => disturbance.Rounds.Count == 0 ? null : new
    {
        rounds = disturbance.Disturbed,
        too_much = disturbance.IsTooMuch,
        ran_again = disturbance.RanAgain,
        stolen = List(disturbance.Rounds, round => round.Stolen),
        waiting = List(disturbance.Rounds, round => round.Waiting),
        switches_per_second = List(disturbance.Rounds, round => round.Switches),
    };

    /// <summary>One for each round; null where there is none.</summary>
    private static double?[]? List<T>(IEnumerable<T> rounds, Func<T, double?> part)
    {
        double?[] values = [.. rounds.Select(round => Round(part(round)))];
        return Array.TrueForAll(values, value => value is null) ? null : values;
    }

    private static double? Round(double? value) => value is double number && double.IsFinite(number) ? Math.Round(number, 7) : null;
}
