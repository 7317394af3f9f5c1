using System.Globalization;

namespace Lstm.Benchmarks.Worker;

/// <summary>The worker's end of the protocol in benchmarks/peers/README.md: one line of input, one line of output.</summary>
internal sealed class WorkerLoop(Func<Work, IWorkload> create)
{
    private Work? _work;
    private IWorkload? _workload;

    /// <summary>The environment variable with the number of threads.</summary>
    public const string ThreadsVariable = "OMP_NUM_THREADS";

    /// <summary>The number of threads to compute with.</summary>
    public static int Threads { get; } =
        int.Parse(Environment.GetEnvironmentVariable(ThreadsVariable) ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Says what it is, and answers until its input ends.</summary>
    public int Run(string version)
    {
        Console.WriteLine($"ready {version}");
        while (Console.ReadLine() is string line)
        {
            string answer;
            try
            {
                answer = Answer(line);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                answer = $"error {exception.Message.ReplaceLineEndings(" ")}";
            }

            Console.WriteLine(answer);
        }

        _workload?.Dispose();
        return 0;
    }

    private string Answer(string line)
    {
        switch (line.Split(' '))
        {
            case ["load", .. string[] words]:
                _workload?.Dispose();       // two models at once may not fit
                _workload = null;
                _work = Work.Parse(words);
                _workload = create(_work);
                return "loaded";
            case ["check"] when _workload is not null:
                return "check " + string.Join(' ', _workload.Check().Select(result => $"{result.Key} {result.Value}"));
            case ["run", string repetitions] when _workload is not null && _work is not null:
                Timing timing = Time(_work, _workload, int.Parse(repetitions, CultureInfo.InvariantCulture));
                return $"times {timing}";
            default:
                throw new FormatException($"did not expect: {line}");
        }
    }

    private static Timing Time(Work work, IWorkload workload, int repetitions)
    {
        // What the system before has left in the caches does not count.
        _ = work.HasTraining ? workload.Train() : workload.Forward();
        Duration? forward = work.HasForward ? Time(workload.Forward, repetitions) : null;
        Duration? train = work.HasTraining ? Time(workload.Train, repetitions) : null;
        return new Timing(forward, train);
    }

    private static Duration Time(Func<double> step, int repetitions)
    {
        double[] milliseconds = new double[repetitions];
        for (int n = 0; n < repetitions; n++)
        {
            milliseconds[n] = step();
        }

        return Duration.Of(milliseconds);
    }
}
