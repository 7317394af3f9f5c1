using System.Diagnostics;
using Spectre.Console;

namespace Lstm.Samples;

/// <summary>A bar at the foot of the terminal, under the lines of the epochs.</summary>
internal sealed class LiveDisplay : ProgressDisplay
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly ProgressTask _bar;
    private long _shown;

    private LiveDisplay(RunLength length, ProgressContext context)
        : base(length)
    {
        _bar = context.AddTask("starting", maxValue: length.Updates);
    }

    public static new void Run(RunLength length, Action<ProgressDisplay> work) =>
        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn { Width = 16 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new LiveDisplay(length, context)));

    public override void Show(RunProgress progress)
    {
        if (Stopwatch.GetElapsedTime(_shown) >= Refresh || progress.Updates == Length.Updates)
        {
            _shown = Stopwatch.GetTimestamp();
            _bar.Description = progress.Describe();
            _bar.Value = progress.Updates;
        }
    }

    /// <summary>
    /// As a text without markup, so that a model may write brackets, and over the whole width: the line takes the place of the bar, which
    /// moves down, and must not leave the bar's end standing.
    /// </summary>
    public override void WriteLine(string text) =>
        AnsiConsole.Write(new Panel(new Text(text)) { Border = BoxBorder.None, Padding = new Padding(0), Expand = true });
}
