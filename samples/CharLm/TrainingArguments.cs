using System.CommandLine;

namespace CharLm;

/// <summary>The command line of a training run.</summary>
internal static class TrainingArguments
{
    private const int Many = 1_000_000;
    private const string DefaultOutputFile = "charlm.safetensors";

    private static readonly Option<string?> Data = OptionKinds.File(
        "--data", "The text to learn: 90 % to train on, the rest to validate with [default: tinyshakespeare]");
    private static readonly Option<int> Epochs = OptionKinds.WholeNumber("--epochs", "How often to go through the text", 1, Many, 10);
    private static readonly Option<int?> Updates = OptionKinds.OptionalWholeNumber(
        "--updates", "Stop after so many updates in total, for quick tries", 1, int.MaxValue);
    private static readonly Option<int> Hidden = OptionKinds.WholeNumber(
        "--hidden", "Units in each recurrent layer", 1, Architecture.MostHidden, 128);
    private static readonly Option<int> Layers = OptionKinds.WholeNumber("--layers", "Recurrent layers", 1, Architecture.MostLayers, 2);
    private static readonly Option<string> Cell = OptionKinds.Choice("--cell", "The kind of recurrent layer", [.. CharModel.Cells.Keys], "plain");
    private static readonly Option<int> Batch = OptionKinds.WholeNumber("--batch", "Streams of text read side by side", 1, Many, 50);
    private static readonly Option<int> Steps = OptionKinds.WholeNumber("--steps", "Characters of each stream in an update", 1, Many, 50);
    private static readonly Option<double> LearningRate = OptionKinds.Number(
        "--learning-rate", "Step size of Adam", "greater than 0", value => value > 0, 2e-3);
    private static readonly Option<int> Seed = OptionKinds.WholeNumber(
        "--seed", "Sets the first weights; the same seed gives the same losses, bit for bit", 0, int.MaxValue, 0);
    private static readonly Option<int> Threads = OptionKinds.WholeNumber(
        "--threads", "Threads to compute with, 0 for all; any number gives the same losses", 0, 1024, 0);
    private static readonly Option<string?> Output = OptionKinds.File(
        "--output", $"Where the model goes; replaced if it exists [default: {DefaultOutputFile}]");
    private static readonly Option<string?> Json = OptionKinds.File(
        "--json", "Also write a line of JSON per epoch to this file; replaced if it exists");
    private static readonly Option<string?> Checkpoints = OptionKinds.Checkpoints();

    public static void AddTo(Command command)
    {
        Option[] options = [Data, Epochs, Updates, Hidden, Layers, Cell, Batch, Steps, LearningRate, Seed, Threads, Output, Json, Checkpoints];
        foreach (Option option in options)
        {
            command.Add(option);
        }
    }

    public static TrainingOptions Read(ParseResult result) => new()
    {
        // The text that comes with the program.
        DataFile = result.GetValue(Data) ?? Path.Combine(AppContext.BaseDirectory, "data", "tinyshakespeare.txt"),
        Architecture = new Architecture(result.GetValue(Hidden), result.GetValue(Layers), result.GetRequiredValue(Cell)),
        Epochs = result.GetValue(Epochs),
        Updates = result.GetValue(Updates),
        Batch = result.GetValue(Batch),
        Steps = result.GetValue(Steps),
        LearningRate = result.GetValue(LearningRate),
        Seed = result.GetValue(Seed),
        Threads = result.GetValue(Threads),
        OutputFile = result.GetValue(Output) ?? DefaultOutputFile,
        JsonFile = result.GetValue(Json),
        CheckpointFolder = result.GetValue(Checkpoints),
    };
}
