namespace CharLm;

/// <summary>The losses of all epochs as a picture beside the model, complete on disk after each epoch.</summary>
internal sealed class TrainingCurves(string modelPath)
{
    private readonly List<EpochResult> _results = [];

    public static string PathBeside(string modelPath) => Path.ChangeExtension(modelPath, ".svg");

    /// <exception cref="UserException">The picture cannot be written.</exception>
    public void Add(EpochResult result)
    {
        _results.Add(result);
        Chart chart = new("Loss by epoch", "epoch", "nats per character",
        [
            new ChartLine("training", [.. _results.Select(each => ((double)each.Epoch, each.TrainingLoss))]),
            new ChartLine("validation", [.. _results.Select(each => ((double)each.Epoch, each.ValidationLoss))]),
        ]);
        SvgChart.Save(chart, PathBeside(modelPath));
    }
}
