using System.CommandLine;

namespace Forecast;

/// <summary>The command line, and what --help says about it.</summary>
internal static class CommandLine
{
    private const int Many = 1_000_000;
    private const int PublishedRows = 14_400;       // 20 months of 30 days: 12 to train on, 4 to validate with, 4 to test with
    private const string DefaultOutputFile = "forecast.safetensors";

    private static readonly Option<string?> Data = OptionKinds.File(
        "--data", "The series, as CSV: a line of names, then lines of a time and numbers [default: ETTh1]");
    private static readonly Option<int?> Rows = OptionKinds.OptionalWholeNumber(
        "--rows", $"Use so many rows: 60 % to train on, 20 % to validate with, 20 % to test with [default: {PublishedRows} of ETTh1, all of others]", 1, int.MaxValue);
    private static readonly Option<int> History = OptionKinds.WholeNumber("--history", "Rows that a forecast sees", 1, Many, 96);
    private static readonly Option<int> Horizon = OptionKinds.WholeNumber("--horizon", "Rows that it predicts", 1, Many, 24);
    private static readonly Option<int> Season = OptionKinds.WholeNumber("--season", "Rows of a day, which the naive forecast repeats", 1, Many, 24);
    private static readonly Option<int> Hidden = OptionKinds.WholeNumber("--hidden", "Units in the recurrent layer", 1, 8192, 64);
    private static readonly Option<int> Epochs = OptionKinds.WholeNumber("--epochs", "How often to go through the training part", 1, Many, 15);
    private static readonly Option<int?> Updates = OptionKinds.OptionalWholeNumber(
        "--updates", "Stop after so many updates in total, for quick tries", 1, int.MaxValue);
    private static readonly Option<int> Batch = OptionKinds.WholeNumber("--batch", "Windows in an update", 1, Many, 32);
    private static readonly Option<double> LearningRate = OptionKinds.Number(
        "--learning-rate", "Step size of Adam", "greater than 0", value => value > 0, 1e-3);
    private static readonly Option<int> Seed = OptionKinds.WholeNumber(
        "--seed", "Sets first weights, order and dropout; the same seed gives the same errors, bit for bit", 0, int.MaxValue, 1);
    private static readonly Option<int> Threads = OptionKinds.WholeNumber(
        "--threads", "Threads to compute with, 0 for all; any number gives the same errors", 0, 1024, 0);
    private static readonly Option<string?> Output = OptionKinds.File(
        "--output", $"Where the model goes, and a picture of its errors beside it; replaced if they exist [default: {DefaultOutputFile}]");
    private static readonly Option<string?> Json = OptionKinds.File(
        "--json", "Also write a line of JSON per epoch and per result to this file; replaced if it exists");
    private static readonly Option<string?> Checkpoints = OptionKinds.Checkpoints();

    public static ParseResult Parse(string[] args, Func<ForecastOptions, int> run)
    {
        RootCommand root = new(
            "Forecasts all columns of a series, such as the next 24 hours from the last 96. Trains an LSTM, and puts its error beside those of "
            + "two forecasts without one: to repeat yesterday, and one linear map. Without arguments the series is ETTh1: load and oil "
            + "temperature of an electricity transformer, hour by hour (Zhou et al., 2021).");
        Option[] options = [Data, Rows, History, Horizon, Season, Hidden, Epochs, Updates, Batch, LearningRate, Seed, Threads, Output, Json, Checkpoints];
        foreach (Option option in options)
        {
            root.Add(option);
        }

        root.SetAction(result => run(Read(result)));
        return root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    private static ForecastOptions Read(ParseResult result) => new()
    {
        // The series that comes with the program.
        DataFile = result.GetValue(Data) ?? Path.Combine(AppContext.BaseDirectory, "data", "ett", "ETTh1.csv"),
        Rows = result.GetValue(Rows) ?? (result.GetValue(Data) is null ? PublishedRows : null),
        History = result.GetValue(History),
        Horizon = result.GetValue(Horizon),
        Season = result.GetValue(Season),
        Hidden = result.GetValue(Hidden),
        Epochs = result.GetValue(Epochs),
        Updates = result.GetValue(Updates),
        Batch = result.GetValue(Batch),
        LearningRate = result.GetValue(LearningRate),
        Seed = result.GetValue(Seed),
        Threads = result.GetValue(Threads),
        OutputFile = result.GetValue(Output) ?? DefaultOutputFile,
        JsonFile = result.GetValue(Json),
        CheckpointFolder = result.GetValue(Checkpoints),
    };
}
