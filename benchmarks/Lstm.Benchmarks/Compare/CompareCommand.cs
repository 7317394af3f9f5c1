namespace Lstm.Benchmarks.Compare;

/// <summary>The command <c>compare</c>: prints each case as soon as it is measured, and what all of them come to at the end.</summary>
internal static class CompareCommand
{
    public static int Run(CompareOptions options)
    {
        Comparison comparison = new(options, Console.Error.WriteLine);
        ComparisonTable table = new(options);
        List<CaseResult> results = [];
        List<string> lines = [];
        if (options.JsonFile is string file)
        {
            ResultFiles.Create(file);
        }

        foreach (CaseResult result in comparison.Run())
        {
            // After the first case, so that the messages about missing peers stand above the table.
            Print(results.Count == 0 ? table.Header : []);
            Print([table.Row(result)]);
            results.Add(result);
            if (options.JsonFile is string rows)
            {
                ResultFiles.Append(rows, JsonRows.Of(result));
            }
        }

        Print(["", .. table.GeometricMeans(results)]);
        if (options.Save)
        {
            Console.WriteLine(ResultFiles.Save(lines, comparison.Versions, results.SelectMany(JsonRows.Of)));
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
}
