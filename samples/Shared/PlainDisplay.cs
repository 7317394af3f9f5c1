namespace Lstm.Samples;

/// <summary>Lines of text, about ten in an epoch.</summary>
internal sealed class PlainDisplay(RunLength length) : ProgressDisplay(length)
{
    private readonly int _interval = (int)Math.Max(1, Math.Min(length.UpdatesPerEpoch, length.Updates) / 10);

    public override void Show(RunProgress progress)
    {
        if (progress.EpochUpdates % _interval == 0)
        {
            WriteLine($"{100 * progress.Updates / Length.Updates,3} %  {progress.Describe()}");
        }
    }

    public override void WriteLine(string text) => Console.WriteLine(text);
}
