using System.Globalization;
using Lstm.Benchmarks.Compare;
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
        using LstmWorkload<float> workload = new(Work.Parse(Console.ReadLine()!.Split(' ')));
        Console.WriteLine("loaded");
        while (Console.ReadLine() is string steps)
        {
            Console.WriteLine($"phases {string.Join(' ', Measure(workload, int.Parse(steps, CultureInfo.InvariantCulture)))}");
        }

        return 0;
    }

    private static IEnumerable<double> Measure(LstmWorkload<float> workload, int steps)
    {
        // What another process has left in the caches does not count.
        workload.Train();
        double[][] milliseconds = new double[steps][];
        for (int step = 0; step < steps; step++)
        {
            PhaseClock.Start();
            workload.Train();
            milliseconds[step] = Array.ConvertAll(PhaseClock.Stop(), time => time.TotalMilliseconds);
        }

        return Enum.GetValues<Phase>().Select(phase => Statistics.Median(milliseconds.Select(step => step[(int)phase])));
    }
}
