using System.CommandLine;

namespace Lstm.Mutations;

/// <summary>The command line, and what --help says about it.</summary>
internal static class CommandLine
{
    private static readonly Argument<string> Text = new("text")
    {
        Description = "Only rows that have this text: a part of the subject or type, of the right or of the wrong term",
        DefaultValueFactory = static _ => "",
    };

    private static readonly Option<int?> Tenth = new("--tenth")
    {
        Description = "Every tenth row, from the one of this number modulo 10 on",
    };

    private static readonly Option<int> Parallel = new("--parallel")
    {
        Description = "How many wrong terms are tried at once",
        DefaultValueFactory = static _ => Environment.ProcessorCount,
    };

    private static readonly Option<bool> Record = Flag("--record", "Write the tests that kill to the table of docs/verification.md");
    private static readonly Option<bool> List = Flag("--list", "Show the rows, and do no more");
    private static readonly Option<bool> Build = Flag("--build", "Compile every row, and run no test");
    private static readonly Option<bool> SelfTest = Flag("--self-test", "Try terms whose verdict is known, in place of the catalogue");

    public static ParseResult Parse(string[] args)
    {
        RefuseLess(Parallel, 1);
        RefuseLess(Tenth, 0);
        RootCommand root = new(
            "Proves that the tests see every term: puts one wrong term at a time into the library, and expects a test to fail.")
        {
            Text, Tenth, Parallel, Record, List, Build, SelfTest,
        };
        root.SetAction((result, _) =>
            result.GetValue(SelfTest) ? Commands.SelfTestAsync()
            : result.GetValue(List) ? Task.FromResult(Commands.List(Read(result)))
            : result.GetValue(Build) ? Task.FromResult(Commands.Build(Read(result)))
            : Commands.ProveAsync(Read(result)));
        return root.Parse(args);
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static void RefuseLess<T>(Option<T> option, int least) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<T>() is int value && value < least)
        {
            result.AddError($"Expected {option.Name} of {least} or more, but got {value}.");
        }
    });

    private static ProofOptions Read(ParseResult result) => new()
    {
        Text = result.GetRequiredValue(Text),
        Tenth = result.GetValue(Tenth),
        Parallel = result.GetValue(Parallel),
        Record = result.GetValue(Record),
    };
}
