namespace Lstm.Benchmarks.Compare;

/// <summary>Where results go besides the console.</summary>
internal static class ResultFiles
{
    /// <summary>Empties the file of rows, so that a wrong name is known before anything is measured.</summary>
    public static void Create(string path) => Write(path, file => File.WriteAllText(file, ""));

    public static void Append(string path, IEnumerable<string> lines) => Write(path, file => File.AppendAllLines(file, lines));

    /// <summary>Writes table and rows to benchmarks/results, in place of those of the same day.</summary>
    /// <returns>The file of the table.</returns>
    public static string Save(IEnumerable<string> table, IEnumerable<string> versions, IEnumerable<string> rows)
    {
        DateTime today = DateTime.UtcNow;
        string folder = Path.Combine(Repository.Results, Machine.CpuFolder);
        string name = Path.Combine(folder, FormattableString.Invariant($"compare-{today:yyyy-MM-dd}"));
        string[] text =
        [
            FormattableString.Invariant($"# {Machine.Cpu}, {today:yyyy-MM-dd}"),
            "",
            $"{string.Join(", ", versions)}; float32. What the columns mean: [benchmarks](../../README.md).",
            "",
            .. table,
        ];
        Write(folder, path => Directory.CreateDirectory(path));
        Write($"{name}.md", path => File.WriteAllLines(path, text));
        Write($"{name}.json", path => File.WriteAllLines(path, rows));
        return $"{name}.md";
    }

    private static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CompareException($"cannot write to '{path}': {exception.Message}");
        }
    }
}
