using System.Diagnostics;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>
/// Times all systems on the same work, in many short turns: a machine that is slower for a while is slower for all of them, so that ratios
/// within a round are steadier than times. The order within a round is random, so that nobody always follows the same neighbour.
/// </summary>
internal sealed class Comparison(CompareOptions options, Action<string> report)
{
    /// <summary>Long enough for the tiered compiler to be done with this library's kernels.</summary>
    private const double WarmUpSeconds = 1;
    private const double TurnMilliseconds = 100;
    private const int MostRepetitions = 50_000, Seed = 2026;

    /// <summary>After this long, the idle threads of all systems have stopped spinning.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    private readonly List<TimedSystem> _systems =
        [.. TimedSystem.All.Where(system => options.Systems.Contains(system.Name) && options.Cases.Any(system.CanRun))];

    private readonly Dictionary<string, string> _versions = [];

    /// <summary>The systems that can run some of the cases, and have not failed to start.</summary>
    public IReadOnlyList<string> Systems => [.. _systems.Select(system => system.Name)];

    /// <summary>The versions of the libraries that have been run.</summary>
    public IEnumerable<string> Versions => _versions.Values.Distinct();

    private bool HasPeak => options.Systems.Contains(SystemNames.Peak);

    /// <summary>Runs case after case.</summary>
    /// <exception cref="CompareException">The systems do not do the same work, or one of them has failed.</exception>
    public IEnumerable<CaseResult> Run() => options.Cases.Select(Run);

    private CaseResult Run(CaseShape shape)
    {
        List<SystemProcess> processes = [];
        try
        {
            foreach (TimedSystem system in _systems.ToArray())
            {
                if (system.CanRun(shape))
                {
                    Start(system, shape, processes);
                }
            }

            processes.ForEach(process => process.Load(shape));
            int[] repetitions = [.. processes.Select(WarmUp)];

            // After many steps, so that gradients that one system adds up and the other does not are seen.
            Agreement.Check(processes, shape);
            CaseResult result = MeasureUntilQuiet(processes, repetitions, shape);
            return result with { Memory = MemoryOf(processes) };
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }

    private void Start(TimedSystem system, CaseShape shape, List<SystemProcess> processes)
    {
        try
        {
            SystemProcess process = system.Start(shape.Threads);
            _versions[process.Name] = process.Version;
            processes.Add(process);
        }
        catch (CompareException exception)
        {
            _systems.Remove(system);
            report(exception.Message);
        }
    }

    /// <summary>Twice at most; the run with fewer disturbed rounds counts.</summary>
    private CaseResult MeasureUntilQuiet(List<SystemProcess> processes, int[] repetitions, CaseShape shape)
    {
        CaseResult first = Measure(processes, repetitions, shape);
        if (!first.Disturbance.IsTooMuch)
        {
            return first;
        }

        report($"{shape} was disturbed in {first.Disturbance.Disturbed} of {options.Rounds} rounds, and runs again.");
        CaseResult second = Measure(processes, repetitions, shape);
        CaseResult better = second.Disturbance.Disturbed < first.Disturbance.Disturbed ? second : first;
        return better with { Disturbance = better.Disturbance with { RanAgain = true } };
    }

    private CaseResult Measure(List<SystemProcess> processes, int[] repetitions, CaseShape shape)
    {
        Dictionary<string, Timing[]> timings = processes.ToDictionary(process => process.Name, _ => new Timing[options.Rounds]);
        double[] peaks = new double[HasPeak ? options.Rounds : 0];
        List<Disturbance> disturbances = [];
        int[] order = [.. Enumerable.Range(0, processes.Count)];
        Random random = new(Seed);
        for (int round = 0; round < options.Rounds; round++)
        {
            RoundWatch watch = new(shape.Threads);
            random.Shuffle(order);
            foreach (int next in order)
            {
                SystemProcess process = processes[next];
                Thread.Sleep(Pause);
                timings[process.Name][round] = watch.Watch(process.Id, () => process.Run(repetitions[next]));
            }

            if (watch.Result is Disturbance disturbance)
            {
                disturbances.Add(disturbance);
            }

            if (HasPeak)
            {
                Thread.Sleep(Pause);
                peaks[round] = FmaPeak.Measure(shape.Threads);
            }
        }

        return new CaseResult(shape) { Timings = timings, Peaks = peaks, Disturbance = new CaseDisturbance(disturbances) };
    }

    private static Dictionary<string, double> MemoryOf(List<SystemProcess> processes)
    {
        Dictionary<string, double> memory = [];
        foreach (SystemProcess process in processes)
        {
            if (ProcFiles.PeakMemory(process.Id) is double size)
            {
                memory[process.Name] = size;
            }
        }

        return memory;
    }

    /// <summary>Returns how many repetitions fill a turn.</summary>
    private static int WarmUp(SystemProcess process)
    {
        long start = Stopwatch.GetTimestamp();
        double shortest = double.PositiveInfinity;
        do
        {
            Timing timing = process.Run(1);
            shortest = Math.Min(shortest, (timing.Forward?.Minimum ?? 0) + (timing.Train?.Minimum ?? 0));
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds);

        return (int)Math.Clamp(TurnMilliseconds / shortest, 1, MostRepetitions);
    }
}
