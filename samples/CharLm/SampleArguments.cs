using System.CommandLine;

namespace CharLm;

/// <summary>The command line of the sub-command <c>sample</c>.</summary>
internal static class SampleArguments
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that this program has trained" };
    private static readonly Option<string> Prompt = new("--prompt")
    {
        Description = "The beginning of the text",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<int> Length = OptionKinds.WholeNumber(
        "--length", "Characters to write after the prompt", 1, int.MaxValue, 500);
    private static readonly Option<double> Temperature = OptionKinds.Number(
        "--temperature",
        "Below 1 more predictable, above 1 more surprising; 0 takes the most likely character",
        "of 0 or more",
        value => value >= 0,
        1);
    private static readonly Option<int?> Seed = OptionKinds.OptionalWholeNumber(
        "--seed", "The same seed gives the same text [default: another text every time]", 0, int.MaxValue);

    public static void AddTo(Command command)
    {
        command.Add(Model);
        Option[] options = [Prompt, Length, Temperature, Seed];
        foreach (Option option in options)
        {
            command.Add(option);
        }
    }

    public static SampleOptions Read(ParseResult result) => new(
        result.GetRequiredValue(Model),
        result.GetRequiredValue(Prompt),
        result.GetValue(Length),
        result.GetValue(Temperature),
        result.GetValue(Seed));
}
