using System.CommandLine;

namespace AddingProblem;

/// <summary>The command line, and what --help says about it.</summary>
internal static class CommandLine
{
    private const int Many = 1_000_000;
    private const string Both = "both", DefaultOutput = "adding";

    private static readonly Option<string> Cell = OptionKinds.Choice("--cell", "The kind of network", [Both, .. AddingModel.Cells.Keys], Both);
    private static readonly Option<int> Steps = OptionKinds.WholeNumber("--steps", "Length of the sequences", 2, Many, 100);
    private static readonly Option<int> Hidden = OptionKinds.WholeNumber("--hidden", "Units in the recurrent layer", 1, 8192, 128);
    private static readonly Option<int> Batch = OptionKinds.WholeNumber("--batch", "Sequences in an update", 1, Many, 50);
    private static readonly Option<int> Updates = OptionKinds.WholeNumber("--updates", "The most updates of each network", 1, int.MaxValue, 6000);
    private static readonly Option<double> Goal = OptionKinds.Number(
        "--goal", "Mean squared error at which the task is solved and training ends", "of 0 or more", value => value >= 0, 0.01);
    private static readonly Option<double> LearningRate = OptionKinds.Number(
        "--learning-rate", "Step size of Adam", "greater than 0", value => value > 0, 1e-3);
    private static readonly Option<int> Seed = OptionKinds.WholeNumber(
        "--seed", "Sets first weights and sequences; the same seed gives the same errors, bit for bit", 0, int.MaxValue, 0);
    private static readonly Option<int> Threads = OptionKinds.WholeNumber(
        "--threads", "Threads to compute with, 0 for all; any number gives the same errors", 0, 1024, 0);
    private static readonly Option<string?> Output = OptionKinds.File(
        "--output", $"What the names of models and pictures begin with; replaced if they exist [default: {DefaultOutput}]");
    private static readonly Option<string?> Json = OptionKinds.File(
        "--json", "Also write a line of JSON per result to this file; replaced if it exists");

    public static ParseResult Parse(string[] args, Func<AddingOptions, int> run)
    {
        RootCommand root = new(
            "The adding problem of Hochreiter and Schmidhuber (1997): a sequence of pairs, a number from 0 to 1 and a marker; what is to be "
            + "given at its end is the sum of the two marked numbers. Trains an LSTM and an Elman network side by side, and shows how much "
            + "of the gradient reaches each step.");
        Option[] options = [Cell, Steps, Hidden, Batch, Updates, Goal, LearningRate, Seed, Threads, Output, Json];
        foreach (Option option in options)
        {
            root.Add(option);
        }

        root.SetAction(result => run(Read(result)));
        return root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    private static AddingOptions Read(ParseResult result) => new()
    {
        Cells = result.GetRequiredValue(Cell) == Both ? [.. AddingModel.Cells.Keys] : [result.GetRequiredValue(Cell)],
        Steps = result.GetValue(Steps),
        Hidden = result.GetValue(Hidden),
        Batch = result.GetValue(Batch),
        Updates = result.GetValue(Updates),
        Goal = result.GetValue(Goal),
        LearningRate = result.GetValue(LearningRate),
        Seed = result.GetValue(Seed),
        Threads = result.GetValue(Threads),
        Output = result.GetValue(Output) ?? DefaultOutput,
        JsonFile = result.GetValue(Json),
    };
}
