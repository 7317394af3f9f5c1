namespace Lstm.Mutations;

/// <summary>
/// Which test kills which wrong term: a table in docs/verification.md, which a run with --record writes and the next run begins with. A
/// row that is not in the table, or whose test no longer kills, costs time and nothing else. Any thread may use it.
/// </summary>
internal sealed class KillerTable
{
    private const string Start = "<!-- mutations -->", End = "<!-- end of mutations -->";

    /// <summary>A file without rows.</summary>
    public const string Empty = $"{Start}\n{End}\n";

    /// <summary>How many tests are tried that kill other terms of a subject.</summary>
    private const int MostNeighbours = 8;

    private readonly string _path;
    private readonly Dictionary<string, (string Test, string Note)> _killers = [];

    public KillerTable(string path)
    {
        _path = path;
        (_, string[] table, _) = ReadParts();
        foreach (string line in table.Where(line => line.Contains('`', StringComparison.Ordinal)))
        {
            int last = line.LastIndexOf(" | ", StringComparison.Ordinal);
            string cell = line[(last + 3)..];
            string note = cell[(cell.LastIndexOf('`') + 1)..].TrimEnd(' ', '|');
            _killers[line[..last]] = (TestSuite.FullName(Markdown.TextOf(cell)), note);
        }
    }

    /// <summary>The tests that are likely to kill a term, the most likely first: its own, then those of terms of its subject.</summary>
    public string[] Likely(Mutation mutation)
    {
        lock (_killers)
        {
            IEnumerable<string> neighbours = _killers.Where(killer => Subjects.Meet(SubjectOf(killer.Key), mutation.Subject))
                .CountBy(killer => killer.Value.Test)
                .OrderByDescending(test => test.Value)
                .Select(test => test.Key)
                .Take(MostNeighbours);
            bool isKnown = _killers.TryGetValue(mutation.ToMarkdown(), out (string Test, string) own);
            return [.. (isKnown ? neighbours.Prepend(own.Test) : neighbours).Distinct()];
        }
    }

    /// <summary>Classes of tests, first those that are quick for the number of terms that they kill.</summary>
    public string[] Order(IReadOnlyDictionary<string, TimeSpan> classTimes)
    {
        lock (_killers)
        {
            Dictionary<string, int> kills = _killers.CountBy(killer => TestSuite.ClassOf(killer.Value.Test)).ToDictionary();
            return [.. classTimes.OrderBy(time => time.Value / (1 + kills.GetValueOrDefault(time.Key))).Select(time => time.Key)];
        }
    }

    public void Add(Trial trial)
    {
        lock (_killers)
        {
            _killers.Remove(trial.Mutation.ToMarkdown());
            if (trial is { IsProven: true, Detail: string test })
            {
                string note = trial.Verdict == Verdict.Killed ? "" : $" {trial.Verdict.ToString().ToLowerInvariant()}";
                _killers[trial.Mutation.ToMarkdown()] = (test, note);
            }
        }
    }

    /// <summary>Writes the table of all rows that were ever killed, in the order of the catalogue.</summary>
    public void Save(IEnumerable<Mutation> catalogue)
    {
        lock (_killers)
        {
            (string[] before, _, string[] after) = ReadParts();
            IEnumerable<string> rows = catalogue.Select(mutation => mutation.ToMarkdown()).Where(_killers.ContainsKey)
                .Select(row => $"{row} | {Markdown.Code(TestSuite.ShortName(_killers[row].Test))}{_killers[row].Note} |");
            string[] head = ["| where | wrong term | killed by |", "| --- | --- | --- |"];
            File.WriteAllText(_path, string.Join('\n', [.. before, Start, .. head, .. rows, End, .. after]));
        }
    }

    /// <summary>What the first cell of a row names.</summary>
    private static string SubjectOf(string row) => Mutation.SubjectOf(row.Split(" | ")[0]["| ".Length..]);

    private (string[] Before, string[] Table, string[] After) ReadParts()
    {
        string[] lines = File.ReadAllText(_path).Split('\n');
        int start = Array.IndexOf(lines, Start), end = Array.IndexOf(lines, End);
        return start >= 0 && end > start
            ? (lines[..start], lines[(start + 1)..end], lines[(end + 1)..])
            : throw new MutationException($"Expected the lines {Start} and {End} in {_path}.");
    }
}
