using Spectre.Console;

namespace Lstm.Samples;

/// <summary>Shows a training run to its user.</summary>
public abstract class ProgressDisplay(RunLength length)
{
    protected RunLength Length { get; } = length;

    /// <summary>Does some work with a display that suits standard output: live on a terminal, plain lines for a file or a pipe.</summary>
    public static void Run(RunLength length, Action<ProgressDisplay> work)
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
    public abstract void Show(RunProgress progress);

    /// <summary>A line that stays.</summary>
    public abstract void WriteLine(string text);
}
