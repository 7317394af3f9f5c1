using Spectre.Console;

namespace CharLm;

/// <summary>Shows a training run to its user.</summary>
internal abstract class ProgressDisplay(TrainingLength length)
{
    protected TrainingLength Length { get; } = length;

    /// <summary>Does some work with a display that suits standard output: live on a terminal, plain lines for a file or a pipe.</summary>
    public static void Run(TrainingLength length, Action<ProgressDisplay> work)
    {
        Capabilities terminal = AnsiConsole.Profile.Capabilities;
        if (!Console.IsOutputRedirected && terminal is { Ansi: true, Interactive: true })
        {
            LiveDisplay.Run(length, work);
        }
        else
        {
            work(new PlainDisplay(length));
        }
    }

    /// <summary>Is called after every update.</summary>
    public abstract void Show(in TrainingProgress progress);

    /// <summary>Is called after every epoch, with a text that the model has written.</summary>
    public void Show(EpochResult result, bool isBest, string sample)
    {
        WriteLine(
            $"epoch {result.Epoch}/{Length.Epochs}: training loss {result.TrainingLoss:F4}, "
            + $"validation loss {result.ValidationLoss:F4} nats = {result.BitsPerCharacter:F4} bits per character; "
            + $"{result.Seconds:F1} s, {result.CharactersPerSecond:N0} characters/s; "
            + (isBest ? "saved" : "not saved: not the best"));
        foreach (string line in sample.Trim('\n').Split('\n'))
        {
            WriteLine($"  | {string.Concat(line.Select(character => char.IsControl(character) ? '?' : character))}");
        }
    }

    protected abstract void WriteLine(string text);

    protected string Describe(in TrainingProgress progress) =>
        $"epoch {progress.Epoch}/{Length.Epochs}  loss {progress.Loss:F3}  {progress.CharactersPerSecond:N0} characters/s  "
        + $"{(long)progress.Remaining.TotalHours}:{progress.Remaining:mm\\:ss} left";
}
