using System.Globalization;

namespace Lstm.Benchmarks.Compare;

/// <summary>The results as a Markdown table, a line for each case, and the geometric means of the ratios.</summary>
internal sealed class ComparisonTable
{
    private const string Missing = "n/a";
    private readonly IReadOnlyList<string> _systems;
    private readonly bool _hasPeak;
    private readonly List<Column> _columns;

    public ComparisonTable(CompareOptions options)
    {
        _hasPeak = options.Systems.Contains(CompareOptions.Peak);
        _systems = [.. options.Systems.Where(system => system != CompareOptions.Peak)];
        _columns =
        [
            new("config", -9, result => result.Shape.Configuration.Name),
            new("cell", -9, result => result.Shape.Cell),
            new("threads", 7, result => $"{result.Shape.Threads}"),
            .. _systems.SelectMany(SystemColumns),
        ];
        if (_hasPeak)
        {
            _columns.Add(new("peak GF/s", 9, result => Round(result.PeakGigaFlops)));
        }
    }

    public IEnumerable<string> Header =>
    [
        Line(column => column.Pad(column.Title)),
        Line(column => column.Width < 0 ? new string('-', -column.Width) : new string('-', column.Width - 1) + ":"),
    ];

    public string Row(CaseResult result) => Line(column => column.Pad(column.Text(result)));

    /// <summary>How many times as long as this library the others take, by threads and cell; without streaming, which does not train.</summary>
    public IEnumerable<string> GeometricMeans(IEnumerable<CaseResult> results)
    {
        CaseResult[] training = [.. results.Where(result => result.Shape.Configuration.IsTraining)];
        foreach (IGrouping<int, CaseResult> sameThreads in training.GroupBy(result => result.Shape.Threads))
        {
            string[] cells = [.. sameThreads.Select(result => result.Shape.Cell).Distinct()];
            foreach (string system in Others)
            {
                string[] means = [.. cells.Append("all cells").Select(cell => Mean(sameThreads, system, cell)).OfType<string>()];
                if (means.Length > 0)
                {
                    // "All cells" says nothing new where there is one.
                    IEnumerable<string> shown = means.Length == 2 ? means.Take(1) : means;
                    yield return $"{system}/lstm, geometric mean, {sameThreads.Key} thread{(sameThreads.Key == 1 ? "" : "s")}: {string.Join(", ", shown)}";
                }
            }
        }
    }

    private IEnumerable<string> Others => _systems.Where(system => system != CompareOptions.Lstm);

    private static string? Mean(IEnumerable<CaseResult> results, string system, string cell)
    {
        double[] ratios = [.. results
            .Where(result => cell == "all cells" || result.Shape.Cell == cell)
            .Select(result => result.Ratios(system))
            .OfType<double[]>()
            .Select(Statistics.Median)];
        return ratios.Length == 0 ? null : string.Create(
            CultureInfo.InvariantCulture, $"{cell} {Statistics.GeometricMean(ratios):F2} ({ratios.Length} case{(ratios.Length == 1 ? "" : "s")})");
    }

    private IEnumerable<Column> SystemColumns(string system)
    {
        yield return new($"{system} fwd ms", Math.Max(7, system.Length + 7), result => Round(result.Forward(system)));
        yield return new("train ms", 8, result => Round(result.Train(system)));
        yield return new("GF/s", 5, result => Round(result.GigaFlops(system)));
        if (system == CompareOptions.Lstm && _hasPeak)
        {
            yield return new("% peak", 6, result => Round(100 * result.GigaFlops(system) / result.PeakGigaFlops));
        }
        else if (system != CompareOptions.Lstm && _systems.Contains(CompareOptions.Lstm))
        {
            yield return new($"{system}/lstm", 20, result => Spread(result.Ratios(system)));
        }
    }

    private static string Spread(double[]? ratios) => ratios is null ? Missing : string.Create(
        CultureInfo.InvariantCulture, $"{Statistics.Median(ratios):F2} ({ratios.Min():F2}..{ratios.Max():F2})");

    /// <summary>Three digits.</summary>
    private static string Round(double? value) => value is not double number ? Missing : number.ToString(
        number switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "F2", >= 0.1 => "F3", _ => "F4" }, CultureInfo.InvariantCulture);

    private string Line(Func<Column, string> cell) => $"| {string.Join(" | ", _columns.Select(cell))} |";

    /// <summary>A negative width is that of text, which stands on the left.</summary>
    private sealed record Column(string Title, int Width, Func<CaseResult, string> Text)
    {
        public string Pad(string text) => Width < 0 ? text.PadRight(-Width) : text.PadLeft(Width);
    }
}
