using System.Text.Json;

namespace Lstm.Benchmarks.Compare;

/// <summary>The results as lines of JSON, one for each system of each case.</summary>
internal static class JsonRows
{
    public static IEnumerable<string> Of(CaseResult result)
    {
        foreach (string system in result.Timings.Keys)
        {
            yield return Row(
                result.Shape, system, result.GigaFlops(system), result.Forward(system), result.Train(system),
                result.ForwardMinimum(system), result.TrainMinimum(system));
        }

        if (result.PeakGigaFlops is double peak)
        {
            yield return Row(result.Shape, CompareOptions.Peak, peak);
        }
    }

    private static string Row(
        CaseShape shape, string system, double? gigaFlops,
        double? forward = null, double? train = null, double? forwardMinimum = null, double? trainMinimum = null) =>
        JsonSerializer.Serialize(new
        {
            config = shape.Configuration.Name,
            cell = shape.Cell,
            threads = shape.Threads,
            system,
            forward_ms = Round(forward),
            train_ms = Round(train),
            gflops = Round(gigaFlops),
            forward_min_ms = Round(forwardMinimum),
            train_min_ms = Round(trainMinimum),
        });

    private static double? Round(double? value) => value is double number && double.IsFinite(number) ? Math.Round(number, 5) : null;
}
