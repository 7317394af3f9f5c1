using System.Diagnostics;
using System.Globalization;
using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;
using CompareOptions = Lstm.Benchmarks.Compare.CompareOptions;

namespace Lstm.Benchmarks.Phases;

/// <summary>
/// The commands <c>compare --phases</c> and <c>job --phases</c>: where the time of a training step, or of a whole update,
/// goes. Processes with the given numbers of threads take turns, so that
/// the gain of the second thread is that of one run.
/// </summary>
internal static class PhasesCommand
{
    private const double WarmUpSeconds = 1, TurnMilliseconds = 100;

    public static int Run(CompareOptions options)
    {
        if (options.Configurations.FirstOrDefault(configuration => !configuration.Work.HasTraining) is Configuration other)
        {
            throw new CompareException($"--phases expects configurations that train, but {other.Name} does not");
        }

        if (options.Save || options.JsonFile is not null)
        {
            throw new CompareException("--phases prints a table, and takes neither --save nor --json");
        }

        Console.WriteLine("| config    | cell      | threads | phase            |     ms | share |  GF/s | % peak | gain |");
        Console.WriteLine("| --------- | --------- | ------: | ---------------- | -----: | ----: | ----: | -----: | ---: |");
        foreach (Configuration configuration in options.Configurations)
        {
            foreach (string cell in options.Cells)
            {
                Measure(configuration, cell, options);
            }
        }

        return 0;
    }

    private static void Measure(Configuration configuration, string cell, CompareOptions options)
    {
        Work work = configuration.Work with { Cell = cell };
        List<SystemProcess> processes = [];
        try
        {
            foreach (int threads in options.Threads)
            {
                processes.Add(Start(work, threads));
            }

            int[] steps = [.. processes.Select(WarmUp)];
            double[][][] times = [.. processes.Select(_ => new double[options.Rounds][])];      // [threads][rounds][phases]
            double[][] peaks = [.. options.Threads.Select(_ => new double[options.Rounds])];
            for (int round = 0; round < options.Rounds; round++)
            {
                for (int k = 0; k < processes.Count; k++)
                {
                    times[k][round] = Ask(processes[k], steps[k]);
                    peaks[k][round] = FmaPeak.Measure(options.Threads[k]);
                }
            }

            double[][] medians = [.. times.Select(rounds => Medians(rounds))];
            for (int k = 0; k < processes.Count; k++)
            {
                Print(configuration, work, options.Threads[k], medians[k], Statistics.Median(peaks[k]), k == 0 ? null : medians[0]);
            }
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }

    private static SystemProcess Start(Work work, int threads)
    {
        ProcessStartInfo start = LstmSystem.StartInfo(PhaseWorker.Command);
        start.Environment[WorkerLoop.ThreadsVariable] = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment[CharacterText.Variable] = Repository.Text;
        SystemProcess process = new(SystemNames.Lstm, start);
        process.Ask("loaded", work.ToString());
        return process;
    }

    /// <summary>Returns how many steps fill a turn.</summary>
    private static int WarmUp(SystemProcess process)
    {
        long start = Stopwatch.GetTimestamp();
        double step;
        do
        {
            step = Ask(process, 1).Sum();
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds);

        return (int)Math.Max(1, TurnMilliseconds / step);
    }

    private static double[] Ask(SystemProcess process, int steps) =>
        [.. process.Ask("phases", $"{steps}").Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    private static double[] Medians(double[][] rounds) =>
        [.. Enumerable.Range(0, rounds[0].Length).Select(phase => Statistics.Median(rounds.Select(round => round[phase])))];

    private static void Print(
        Configuration configuration, Work work, int threads, double[] times, double peak, double[]? timesOfFirst)
    {
        foreach (Phase phase in Enum.GetValues<Phase>().Where(phase => times[(int)phase] > 0).OrderBy(phase => phase == Phase.Other))
        {
            Print($"{phase}", times[(int)phase], timesOfFirst?[(int)phase], Operations(work, phase));
        }

        // The sum of medians.
        Print("all", times.Sum(), timesOfFirst?.Sum(), HasGates(work) ? configuration.Operations : 0);

        void Print(string name, double time, double? first, double operations)
        {
            string speed = operations > 0 ? $"{operations / time / 1e6:F1}" : "";
            string share = operations > 0 ? $"{operations / time / 1e4 / peak:F1}" : "";
            string gain = first is double one && time > 0 ? $"{one / time:F2}" : "";
            Console.WriteLine($"| {configuration.Name,-9} | {work.Cell,-9} | {threads,7} | {name,-16} | {ResultText.Number(time),6} "
                + $"| {100 * time / times.Sum(),4:F1}% | {speed,5} | {share,6} | {gain,4} |");
        }
    }

    /// <summary>Additions and multiplications of a phase, for an LSTM without a projection.</summary>
    private static double Operations(Work work, Phase phase)
    {
        if (!HasGates(work))
        {
            return 0;
        }

        double rows = 2.0 * work.Steps * work.Batch * 4 * work.HiddenSize, hidden = rows * work.HiddenSize * work.Layers;
        double inputs = rows * (work.InputSize + (work.HiddenSize * (work.Layers - 1)));
        return phase switch
        {
            Phase.InputProjection or Phase.InputGradient => inputs,
            Phase.ForwardProducts or Phase.BackwardProducts => hidden,
            Phase.WeightGradients => inputs + hidden,
            _ => 0,
        };
    }

    /// <summary>Whether there are the four gates and the two products of an LSTM, and no other products.</summary>
    private static bool HasGates(Work work) => work.HasForward && Cells.Standard.Contains(work.Cell);
}
