using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lstm.Benchmarks.Compare;

/// <summary>The command line of <c>compare</c>.</summary>
internal static class CompareArguments
{
    private const int MostThreads = 256, MostRounds = 1000;

    private static readonly Option<CommaList<int>> Threads = List<int>(
        "--threads", "N,...", "Numbers of threads", $"whole numbers from 1 to {MostThreads}",
        (text, out number) => IsNumber(text, MostThreads, out number), Environment.ProcessorCount > 1 ? [1, 2] : [1]);
    private static readonly Option<CommaList<Configuration>> Configurations = Names(
        "--configs", "Shapes; stream is one step of a trained model",
        Configuration.All.ToDictionary(configuration => configuration.Name), [.. Configuration.Training]);
    private static readonly Option<CommaList<string>> Kinds = Names(
        "--cells", "Kinds of cells; GF/s are those of an LSTM of the same size", Cells.Names.ToDictionary(name => name), [.. Cells.Standard]);
    private static readonly Option<CommaList<string>> Systems = Names(
        "--systems", "What is timed; lstm is this library in float, peak the speed limit of fused multiply-adds",
        CompareOptions.AllSystems.ToDictionary(name => name), [.. CompareOptions.AllSystems.Where(name => name != CompareOptions.LstmDouble)]);
    private static readonly Option<int> Rounds = new("--rounds")
    {
        HelpName = "N",
        Description = "How often each system gets its turn",
        DefaultValueFactory = _ => 5,
        CustomParser = ParseRounds,
    };

    private static readonly Option<FileInfo?> Json = new("--json") { HelpName = "FILE", Description = "Takes a line of JSON for each result" };
    private static readonly Option<bool> Save = new("--save") { Description = "Writes table and lines to benchmarks/results" };

    private delegate bool Parser<T>(string text, [MaybeNullWhen(false)] out T value);

    public static Command Create(Func<CompareOptions, int> run)
    {
        Command command = new("compare", "Times this library, oneDNN and PyTorch in turns on the same training steps")
        {
            Threads, Configurations, Kinds, Systems, Rounds, Json, Save,
        };
        command.SetAction(result => run(Read(result)));
        return command;
    }

    private static CompareOptions Read(ParseResult result) => new()
    {
        Threads = result.GetRequiredValue(Threads).Values,
        Configurations = result.GetRequiredValue(Configurations).Values,
        Cells = result.GetRequiredValue(Kinds).Values,
        Systems = result.GetRequiredValue(Systems).Values,
        Rounds = result.GetValue(Rounds),
        JsonFile = result.GetValue(Json)?.FullName,
        Save = result.GetValue(Save),
    };

    private static Option<CommaList<T>> Names<T>(string name, string description, Dictionary<string, T> values, T[] standard) =>
        List<T>(name, "NAME,...", description, $"names from {string.Join(", ", values.Keys)}", values.TryGetValue, standard);

    /// <summary>An option of one or more values with commas between them.</summary>
    private static Option<CommaList<T>> List<T>(
        string name, string helpName, string description, string expected, Parser<T> parser, T[] standard) => new(name)
        {
            HelpName = helpName,
            Description = $"{description}: {expected}",
            DefaultValueFactory = _ => new(standard),
            CustomParser = result => ParseList(name, expected, parser, result),
        };

    private static CommaList<T> ParseList<T>(string name, string expected, Parser<T> parser, ArgumentResult result)
    {
        List<T> values = [];
        foreach (string text in result.Tokens[0].Value.Split(','))
        {
            if (!parser(text, out T? value))
            {
                result.AddError($"{name} expects {expected}, but got '{text}'.");
                break;
            }

            values.Add(value);
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
