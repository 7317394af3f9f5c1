namespace Lstm.Benchmarks.Compare;

/// <summary>The results in Markdown, a line for each case.</summary>
internal sealed class ResultTable(IReadOnlyList<ResultColumn> columns)
{
    public IEnumerable<string> Header => [Line(column => column.Pad(column.Title)), Line(column => column.Rule)];

    public string Row(CaseResult result) => Line(column => column.Pad(column.Text(result)));

    private string Line(Func<ResultColumn, string> cell) => $"| {string.Join(" | ", columns.Select(cell))} |";
}
