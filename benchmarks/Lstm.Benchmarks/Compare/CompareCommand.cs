namespace Lstm.Benchmarks.Compare;

/// <summary>
/// The commands <c>compare</c> and <c>job</c>: prints each case as soon as it is measured, and what all of them come to at the end.
/// </summary>
internal static class CompareCommand
{
    public static int Run(CompareOptions options)
    {
        Comparison comparison = new(options, Console.Error.WriteLine);
        ResultTable? table = null;
        List<CaseResult> results = [];
        List<string> lines = [];
        if (options.JsonFile is string file)
        {
            ResultFiles.Create(file);
        }

        foreach (CaseResult result in comparison.Run())
        {
            // After the first case, when it is known which peers are missing.
            Print(table is null ? (table = new ResultTable(Columns(options, comparison.Systems))).Header : []);
            Print([table.Row(result)]);
            results.Add(result);
            if (options.JsonFile is string rows)
            {
                ResultFiles.Append(rows, JsonRows.Of(result));
            }
        }

        Print(GeometricMeans.Of(results, comparison.Systems).Prepend(""));

        if (options.Save)
        {
            Console.WriteLine(ResultFiles.Save(options, lines, comparison.Versions, results.SelectMany(JsonRows.Of)));
        }

        return 0;

        void Print(IEnumerable<string> more)
        {
            foreach (string line in more)
            {
                Console.WriteLine(line);
                lines.Add(line);
            }
        }
    }

    private static IReadOnlyList<ResultColumn> Columns(CompareOptions options, IReadOnlyList<string> systems) =>
        options.Command == CompareOptions.Job
            ? JobColumns.Of(systems)
            : ComparisonColumns.Of(systems, options.Systems.Contains(SystemNames.Peak));
}
