namespace SpeakerClassification;

/// <summary>The files of a run: for each network the model of the first seed, and a picture of the losses of these.</summary>
internal sealed class OutputFiles(SpeakerOptions options)
{
    public string Picture { get; } = $"{options.Output}.svg";

    public IReadOnlyList<string> Models { get; } = [.. options.Networks.Select(network => PathOf(options, network))];

    /// <exception cref="UserException">A file cannot be written.</exception>
    public void Check()
    {
        OutputFile.CheckDifferent(
            "--data, --test, --json and the models and picture of --output",
            [options.TrainingFile, options.TestFile, options.JsonFile, Picture, .. Models]);
        foreach (string model in Models)
        {
            OutputFile.CheckWritable(model);
        }

        OutputFile.CheckWritable(Picture, "picture");
    }

    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Save(string network, Sequential<float> model) => OutputFile.Save(model, PathOf(options, network));

    /// <exception cref="UserException">The file cannot be written.</exception>
    public void SavePicture(IEnumerable<SpeakerResult> results) => SvgChart.Save(
        new("Loss by epoch", "epoch", "cross-entropy", [.. results.Where(result => result.Seed == options.Seed).SelectMany(CurvesOf)]) { LogarithmicY = true },
        Picture);

    private static IEnumerable<ChartLine> CurvesOf(SpeakerResult result) =>
    [
        new($"{result.Network} training", [.. result.Training.History.Select(round => ((double)round.Epoch, round.Training.Loss))]),
        new($"{result.Network} validation", [.. result.Training.History.Select(round => ((double)round.Epoch, round.Validation!.Loss))]),
    ];

    private static string PathOf(SpeakerOptions options, string network) => $"{options.Output}.{network}.safetensors";
}
