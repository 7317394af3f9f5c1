using System.CommandLine;

namespace Lstm.Hashes;

/// <summary>Defines the command line, and what --help says about it.</summary>
internal static class CommandLine
{
    private static readonly Argument<string> Text = new("text")
    {
        Description = "Only lines whose name has this text, as in: gru, \"peepholes, float\", \"2 threads\"",
        DefaultValueFactory = static _ => "",
    };

    private static readonly Option<bool> Tensors = new("--tensors")
    {
        Description = "Tell the hash of every tensor too, under the line that it is part of",
    };

    /// <summary>Reads the arguments of a run.</summary>
    public static ParseResult Parse(string[] args)
    {
        RootCommand root = new(
            "Prints hashes of the bits of outputs, states, parameters and gradients of many models. Before and after a change that leaves "
            + "the arithmetic as it is, the lines are the same, on one machine at one register width.")
        {
            Text, Tensors,
        };
        root.SetAction(result => Report.Print(result.GetRequiredValue(Text), result.GetValue(Tensors), Console.Out));
        return root.Parse(args);
    }
}
