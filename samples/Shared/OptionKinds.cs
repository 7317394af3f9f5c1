using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Lstm.Samples;

/// <summary>Options whose errors name the option, what it expects and what it got.</summary>
public static class OptionKinds
{
    public static Option<int> WholeNumber(string name, string description, int least, int most, int standard) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => ParseWholeNumber(name, result, least, most) ?? standard,
    };

    public static Option<int?> OptionalWholeNumber(string name, string description, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ParseWholeNumber(name, result, least, most),
    };

    public static Option<double> Number(
        string name, string description, string range, Func<double, bool> inRange, double standard) => new(name)
        {
            Description = description,
            HelpName = "X",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                string token = result.Tokens[0].Value;
                bool valid = double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) && inRange(value);
                return valid ? value : Reject(name, result, $"a number {range}", standard);
            },
        };

    public static Option<string> Choice(string name, string description, IReadOnlyList<string> choices, string standard) => new(name)
    {
        Description = $"{description}: one of {string.Join(", ", choices)}",
        HelpName = "NAME",
        DefaultValueFactory = _ => standard,
        CustomParser = result => choices.Contains(result.Tokens[0].Value)
            ? result.Tokens[0].Value
            : Reject(name, result, $"one of {string.Join(", ", choices)}", standard),
    };

    public static Option<string?> File(string name, string description) => Named(name, description, "FILE", "the name of a file");

    public static Option<string?> Checkpoints() => Named(
        "--checkpoints",
        $"Write a checkpoint to this folder every {RunCheckpoints.Interval} updates and after each epoch, and go on from the newest one there",
        "FOLDER",
        "the name of a folder");

    private static Option<string?> Named(string name, string description, string helpName, string expected) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => string.IsNullOrWhiteSpace(result.Tokens[0].Value) ? Reject(name, result, expected, "") : result.Tokens[0].Value,
    };

    private static int? ParseWholeNumber(string name, ArgumentResult result, int least, int most)
    {
        string token = result.Tokens[0].Value;
        bool valid = int.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= least && value <= most;
        return valid ? value : Reject(name, result, $"a whole number from {least} to {most}", (int?)null);
    }

    private static T Reject<T>(string name, ArgumentResult result, string expected, T value)
    {
        result.AddError($"{name} expects {expected}, but got '{result.Tokens[0].Value}'.");
        return value;
    }
}
