using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Lstm.Benchmarks.Compare;

/// <summary>The command lines of <c>compare</c> and <c>job</c>.</summary>
internal static class CompareArguments
{
    private const int MostThreads = 256, MostRounds = 1000;

    private static readonly Option<CommaList<int>> Threads = List<int>(
        "--threads", "N,...", "Numbers of threads", $"whole numbers from 1 to {MostThreads}",
        text => IsNumber(text, MostThreads, out int number) ? [number] : null, Environment.ProcessorCount > 1 ? [1, 2] : [1]);
    private static readonly Option<CommaList<Configuration>> Configurations = Names(
        "--configs", "Shapes, by name or by group", ConfigurationsByName(), [.. Configuration.Training]);
    private static readonly Option<CommaList<string>> Kinds = Names(
        "--cells", "Kinds of cells; GF/s are those of an LSTM of the same size", ByName(Cells.Names), [.. Cells.Standard]);
    private static readonly Option<CommaList<string>> Systems = Names(
        "--systems", "What is timed; lstm is this library in float, peak the speed limit of fused multiply-adds", ByName(SystemNames.All),
        [.. SystemNames.Standard]);
    private static readonly Option<CommaList<string>> JobSystems = Names(
        "--systems", "What is timed; lstm is this library", ByName(SystemNames.OfJob), [SystemNames.Lstm, SystemNames.Torch]);
    private static readonly Option<int> Rounds = new("--rounds")
    {
        HelpName = "N",
        Description = "How often each system gets its turn of a tenth of a second, or of one repetition where that takes longer",
        DefaultValueFactory = _ => 20,
        CustomParser = ParseRounds,
    };

    private static readonly Option<FileInfo?> Json = new("--json")
    {
        HelpName = "FILE",
        Description = "Takes a line of JSON for each result",
    };

    private static readonly Option<bool> Phases = new("--phases")
    {
        Description = "Times the phases of this library's training steps or updates instead, without other systems",
    };

    private static readonly Option<bool> Save = new("--save") { Description = "Writes table and lines to benchmarks/results" };

    public static Command CreateCompare(Func<CompareOptions, int> run, Func<CompareOptions, int> runPhases)
    {
        Command command = new("compare", "Times this library, oneDNN, PyTorch and ONNX Runtime in turns on the same work")
        {
            Threads, Configurations, Kinds, Systems, Rounds, Json, Save, Phases,
        };
        command.SetAction(result => (result.GetValue(Phases) ? runPhases : run)(Read(result, command.Name, Systems) with
        {
            Configurations = result.GetRequiredValue(Configurations).Values,
            Cells = result.GetRequiredValue(Kinds).Values,
        }));
        return command;
    }

    public static Command CreateJob(Func<CompareOptions, int> run, Func<CompareOptions, int> runPhases)
    {
        Command command = new(CompareOptions.Job, "Times the main job, a character model on tinyshakespeare, in turns here and in PyTorch")
        {
            Threads, JobSystems, Rounds, Json, Save, Phases,
        };
        command.SetAction(result => (result.GetValue(Phases) ? runPhases : run)(Read(result, command.Name, JobSystems)));
        return command;
    }

    /// <summary>The options of both commands; the rest is that of the job.</summary>
    private static CompareOptions Read(ParseResult result, string command, Option<CommaList<string>> systems) => new()
    {
        Command = command,
        Threads = result.GetRequiredValue(Threads).Values,
        Configurations = [Configuration.Job],
        Cells = [Compare.Cells.Plain],
        Systems = result.GetRequiredValue(systems).Values,
        Rounds = result.GetValue(Rounds),
        JsonFile = result.GetValue(Json)?.FullName,
        Save = result.GetValue(Save),
    };

    private static Dictionary<string, IReadOnlyList<Configuration>> ConfigurationsByName()
    {
        Dictionary<string, IReadOnlyList<Configuration>> names = new(Configuration.Groups);
        foreach (Configuration configuration in Configuration.Groups.Values.SelectMany(group => group))
        {
            names[configuration.Name] = [configuration];
        }

        return names;
    }

    private static Dictionary<string, IReadOnlyList<string>> ByName(IEnumerable<string> names) =>
        names.ToDictionary(name => name, name => (IReadOnlyList<string>)[name]);

    private static Option<CommaList<T>> Names<T>(
        string name, string description, Dictionary<string, IReadOnlyList<T>> values, T[] standard) =>
        List(name, "NAME,...", description, $"names from {string.Join(", ", values.Keys)}", values.GetValueOrDefault, standard);

    /// <summary>An option of one or more values with commas between them.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="helpName">What stands for the values in the help.</param>
    /// <param name="description">What the option is for.</param>
    /// <param name="expected">What the values are, for the help and for errors.</param>
    /// <param name="parse">Returns the values that a word stands for; null if it stands for none.</param>
    /// <param name="standard">The values where the option is not given.</param>
    private static Option<CommaList<T>> List<T>(
        string name, string helpName, string description, string expected, Func<string, IReadOnlyList<T>?> parse, T[] standard) => new(name)
        {
            HelpName = helpName,
            Description = $"{description}: {expected}",
            DefaultValueFactory = _ => new(standard),
            CustomParser = result => ParseList(name, expected, parse, result),
        };

    private static CommaList<T> ParseList<T>(string name, string expected, Func<string, IReadOnlyList<T>?> parse, ArgumentResult result)
    {
        List<T> values = [];
        foreach (string text in result.Tokens[0].Value.Split(','))
        {
            if (parse(text) is not { } some)
            {
                result.AddError($"{name} expects {expected}, but got '{text}'.");
                break;
            }

            values.AddRange(some);
        }

        return new CommaList<T>([.. values.Distinct()]);
    }

    private static int ParseRounds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!IsNumber(text, MostRounds, out int rounds))
        {
            result.AddError($"--rounds expects a whole number from 1 to {MostRounds}, but got '{text}'.");
        }

        return rounds;
    }

    private static bool IsNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most;
}
