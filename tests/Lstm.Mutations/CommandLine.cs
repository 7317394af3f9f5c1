using System.CommandLine;

namespace Lstm.Mutations;

/// <summary>The command line, and what --help says about it.</summary>
internal static class CommandLine
{
    private static readonly Argument<string> Text = new("text")
    {
        Description = "Only rows that have this text, in the file's name, the right or the wrong term",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<int?> Tenth = new("--tenth") { Description = "Every tenth row, from the one of this number modulo 10 on" };
    private static readonly Option<int> Parallel = new("--parallel")
    {
        Description = "How many wrong terms are tried at once",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<bool> Record = new("--record") { Description = "Write the tests that kill to the table of docs/verification.md" };
    private static readonly Option<bool> List = new("--list") { Description = "Show the rows and end" };
    private static readonly Option<bool> SelfTest = new("--self-test") { Description = "Try terms whose verdict is known, in place of the catalogue" };

    public static ParseResult Parse(string[] args, Func<ProofOptions, Task<int>> prove, Func<ProofOptions, int> list, Func<Task<int>> selfTest)
    {
        Parallel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("Expected --parallel of 1 or more.");
            }
        });
        Tenth.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 0)
            {
                result.AddError("Expected --tenth of 0 or more.");
            }
        });
        RootCommand root = new("Proves that the tests see every term: puts one wrong term at a time into the library, and expects a test to fail.")
        {
            Text, Tenth, Parallel, Record, List, SelfTest,
        };
        root.SetAction(async (result, _) => result.GetValue(SelfTest) ? await selfTest() : result.GetValue(List) ? list(Read(result)) : await prove(Read(result)));
        return root.Parse(args);
    }

    private static ProofOptions Read(ParseResult result) => new()
    {
        Text = result.GetRequiredValue(Text),
        Tenth = result.GetValue(Tenth),
        Parallel = result.GetValue(Parallel),
        Record = result.GetValue(Record),
    };
}
