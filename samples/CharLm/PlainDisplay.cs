namespace CharLm;

/// <summary>Lines of text, about ten in an epoch.</summary>
internal sealed class PlainDisplay(TrainingLength length) : ProgressDisplay(length)
{
    private readonly int _interval = (int)Math.Max(1, Math.Min(length.UpdatesPerEpoch, length.Updates) / 10);

    public override void Show(in TrainingProgress progress)
    {
        if (progress.EpochUpdates % _interval == 0)
        {
            WriteLine($"{100 * progress.Updates / Length.Updates,3} %  {Describe(progress)}");
        }
    }

    protected override void WriteLine(string text) => Console.WriteLine(text);
}
