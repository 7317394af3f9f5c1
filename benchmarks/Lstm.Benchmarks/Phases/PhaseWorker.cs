using System.Globalization;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Phases;

/// <summary>
/// A process whose training steps are measured phase by phase. It reads the work, and then a number of steps a line; it answers with the
/// median milliseconds of each phase of its main thread.
/// </summary>
internal static class PhaseWorker
{
    /// <summary>The first argument of such a process.</summary>
    public const string Command = "phase-worker";

    public static int Run()
    {
        AppContext.SetSwitch(PhaseClock.Switch, true);
        Console.WriteLine("ready");
        Work parsed = Work.Parse(Console.ReadLine()!.Split(' '));
        using IPhasedWork work = parsed.Mode == WorkMode.Characters ? new JobPhases(parsed) : new StepPhases(parsed);
        Console.WriteLine("loaded");
        while (Console.ReadLine() is string steps)
        {
            Console.WriteLine($"phases {string.Join(' ', Measure(work, int.Parse(steps, CultureInfo.InvariantCulture)))}");
        }

        return 0;
    }

    private static IEnumerable<double> Measure(IPhasedWork work, int steps)
    {
        IReadOnlyList<TimeSpan[]> times = work.Measure(steps);
        return Enum.GetValues<Phase>().Select(phase => Statistics.Median(times.Select(step => step[(int)phase].TotalMilliseconds)));
    }
}
