using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>
/// Times all systems on the same work, in turns: a machine that is slower for a while is slower for all of them, so that ratios within a
/// round are steadier than times. The order rotates from round to round.
/// </summary>
internal sealed class Comparison(CompareOptions options, Action<string> report)
{
    /// <summary>Long enough for the tiered compiler to be done with this library's kernels.</summary>
    private const double WarmUpSeconds = 1;
    private const double RoundMilliseconds = 250;
    private const int FewestRepetitions = 3, MostRepetitions = 10_000;

    /// <summary>After this long, OpenMP's idle threads have stopped spinning.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly TimedSystem[] AllSystems =
        [new LstmSystem(CompareOptions.Lstm), new LstmSystem(CompareOptions.LstmDouble), new OneDnnSystem(), new TorchSystem()];

    private readonly List<TimedSystem> _systems = [.. AllSystems.Where(system => options.Systems.Contains(system.Name))];
    private readonly Dictionary<string, string> _versions = [];

    /// <summary>The versions of the libraries that have been run.</summary>
    public IEnumerable<string> Versions => _versions.Values.Distinct();

    /// <summary>Runs case after case.</summary>
    /// <exception cref="CompareException">The systems do not do the same work, or one of them has failed.</exception>
    public IEnumerable<CaseResult> Run() =>
        from threads in options.Threads
        from configuration in options.Configurations
        from cell in options.Cells
        select Run(new CaseShape(configuration, cell, threads));

    private CaseResult Run(CaseShape shape)
    {
        List<SystemProcess> processes = [];
        try
        {
            foreach (TimedSystem system in _systems.ToArray())
            {
                if (system.CanTrain(shape.Cell))
                {
                    Start(system, shape, processes);
                }
            }

            processes.ForEach(process => process.Load(shape));
            return Measure(processes, shape);
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

    private CaseResult Measure(List<SystemProcess> processes, CaseShape shape)
    {
        int[] repetitions = [.. processes.Select(WarmUp)];

        // After many steps, so that gradients that one system adds up and the other does not are seen.
        Agreement.Check(processes, shape);
        Dictionary<string, Timing[]> timings = processes.ToDictionary(process => process.Name, _ => new Timing[options.Rounds]);
        double[] peaks = new double[options.Systems.Contains(CompareOptions.Peak) ? options.Rounds : 0];
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int turn = 0; turn < processes.Count; turn++)
            {
                int next = (round + turn) % processes.Count;
                Thread.Sleep(Pause);
                timings[processes[next].Name][round] = processes[next].Run(repetitions[next]);
            }

            if (peaks.Length > 0)
            {
                Thread.Sleep(Pause);
                peaks[round] = FmaPeak.Measure(shape.Threads);
            }
        }

        return new CaseResult(shape) { Timings = timings, Peaks = peaks };
    }

    /// <summary>Returns how many repetitions fill a round.</summary>
    private static int WarmUp(SystemProcess process)
    {
        long start = Stopwatch.GetTimestamp();
        Timing timing;
        do
        {
            timing = process.Run(1);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds);

        return (int)Math.Clamp(RoundMilliseconds / timing.Train, FewestRepetitions, MostRepetitions);
    }
}
