namespace Lstm.Benchmarks.Compare;

/// <summary>Where results go besides the console.</summary>
internal static class ResultFiles
{
    /// <summary>Empties the file of rows, so that a wrong name is known before anything is measured.</summary>
    public static void Create(string path) => Write(path, file => File.WriteAllText(file, ""));

    public static void Append(string path, IEnumerable<string> lines) => Write(path, file => File.AppendAllLines(file, lines));

    /// <summary>Writes the table and the rows into new files of the folder of this processor; older files stay.</summary>
    /// <returns>The file of the table.</returns>
    public static string Save(CompareOptions options, IEnumerable<string> table, IEnumerable<string> versions, IEnumerable<string> rows)
    {
        DateTime today = DateTime.UtcNow;
        string folder = Path.Combine(Repository.Results, Machine.CpuFolder);
        string name = FreeName(Path.Combine(folder, $"{options.Command}-{today:yyyy-MM-dd}"));
        string[] text =
        [
            $"# {options.Command} on {Machine.Cpu}, {today:yyyy-MM-dd}",
            "",
            $"{Machine.Model}, {Environment.ProcessorCount} processors; {string.Join("; ", versions)}; float32. "
                + "What the columns mean: [benchmarks](../../README.md).",
            "",
            $"`{options}`",
            "",
            .. table,
        ];
        Write(folder, path => Directory.CreateDirectory(path));
        Write($"{name}.md", path => File.WriteAllLines(path, text));
        Write($"{name}.json", path => File.WriteAllLines(path, rows));
        return $"{name}.md";
    }

    /// <summary>The name, or with a number behind it where there are results of that name.</summary>
    private static string FreeName(string name)
    {
        string free = name;
        for (int number = 2; File.Exists($"{free}.md"); number++)
        {
            free = $"{name}-{number}";
        }

        return free;
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
