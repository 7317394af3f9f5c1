using System.CommandLine;

namespace SpeakerClassification;

/// <summary>The command line, and what --help says about it.</summary>
internal static class CommandLine
{
    private const int Many = 1_000_000;
    private const string Both = "both", DefaultOutput = "speaker";

    private static readonly Option<string?> Training = OptionKinds.File("--data", "The utterances to learn from, as .ts file [default: JapaneseVowels_TRAIN.ts]");
    private static readonly Option<string?> Test = OptionKinds.File("--test", "The utterances to test with [default: JapaneseVowels_TEST.ts]");
    private static readonly Option<string> Network = OptionKinds.Choice(
        "--network", "The kind of network", [Both, .. SpeakerModel.Networks.Keys], Both);
    private static readonly Option<int> Hidden = OptionKinds.WholeNumber("--hidden", "Units in each recurrent layer", 1, 8192, 100);
    private static readonly Option<int> Epochs = OptionKinds.WholeNumber("--epochs", "How often to go through the utterances", 1, Many, 50);
    private static readonly Option<int?> Updates = OptionKinds.OptionalWholeNumber(
        "--updates", "Stop each training after so many updates, for quick tries", 1, int.MaxValue);
    private static readonly Option<int> Batch = OptionKinds.WholeNumber("--batch", "Utterances in an update", 1, Many, 30);
    private static readonly Option<double> LearningRate = OptionKinds.Number(
        "--learning-rate", "Step size of Adam", "greater than 0", value => value > 0, 1e-3);
    private static readonly Option<int> Seeds = OptionKinds.WholeNumber("--seeds", "How often each network is trained, with seed after seed", 1, Many, 3);
    private static readonly Option<int> Seed = OptionKinds.WholeNumber(
        "--seed", "The first seed of weights, order and dropout; the same seeds give the same results, bit for bit", 0, int.MaxValue - Many, 1);
    private static readonly Option<int> Threads = OptionKinds.WholeNumber(
        "--threads", "Threads to compute with, 0 for all; any number gives the same results", 0, 1024, 0);
    private static readonly Option<string?> Output = OptionKinds.File(
        "--output", $"What the names of models and picture begin with; replaced if they exist [default: {DefaultOutput}]");
    private static readonly Option<string?> Json = OptionKinds.File(
        "--json", "Also write a line of JSON per training and per result to this file; replaced if it exists");

    public static ParseResult Parse(string[] args, Func<SpeakerOptions, int> run)
    {
        RootCommand root = new(
            "Tells who of nine men says a Japanese vowel, from 7 to 29 frames of 12 numbers (Kudo, Toyama and Shimbo, 1999). Trains an LSTM "
            + "and a bidirectional one with several seeds, and puts their accuracies beside those of two naive answers.");
        Option[] options = [Training, Test, Network, Hidden, Epochs, Updates, Batch, LearningRate, Seeds, Seed, Threads, Output, Json];
        foreach (Option option in options)
        {
            root.Add(option);
        }

        root.SetAction(result => run(Read(result)));
        return root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    private static SpeakerOptions Read(ParseResult result) => new()
    {
        TrainingFile = result.GetValue(Training) ?? Own("JapaneseVowels_TRAIN.ts"),
        TestFile = result.GetValue(Test) ?? Own("JapaneseVowels_TEST.ts"),
        Networks = result.GetRequiredValue(Network) == Both ? [.. SpeakerModel.Networks.Keys] : [result.GetRequiredValue(Network)],
        Hidden = result.GetValue(Hidden),
        Epochs = result.GetValue(Epochs),
        Updates = result.GetValue(Updates),
        Batch = result.GetValue(Batch),
        LearningRate = result.GetValue(LearningRate),
        Seeds = result.GetValue(Seeds),
        Seed = result.GetValue(Seed),
        Threads = result.GetValue(Threads),
        Output = result.GetValue(Output) ?? DefaultOutput,
        JsonFile = result.GetValue(Json),
    };

    /// <summary>A file that comes with the program.</summary>
    private static string Own(string name) => Path.Combine(AppContext.BaseDirectory, "data", "japanese_vowels", name);
}
