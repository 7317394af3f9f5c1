using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm.Benchmarks.Compare;

/// <summary>The other end of <see cref="SystemProcess"/> for this library; benchmarks/peers/README.md has the protocol.</summary>
internal static class LstmWorker
{
    /// <summary>The first argument of a process that is a worker.</summary>
    public const string Command = "worker";

    public static int Run(string system)
    {
        int threads = int.Parse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "1", CultureInfo.InvariantCulture);
        return system == CompareOptions.LstmDouble ? Run<double>(threads) : Run<float>(threads);
    }

    private static int Run<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LstmWorkload<T>? workload = null;
        Console.WriteLine($"ready Lstm on {RuntimeInformation.FrameworkDescription}");
        while (Console.ReadLine() is string line)
        {
            string answer;
            try
            {
                answer = Answer(line, threads, ref workload);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                answer = $"error {exception.Message.ReplaceLineEndings(" ")}";
            }

            Console.WriteLine(answer);
        }

        return 0;
    }

    private static string Answer<T>(string line, int threads, ref LstmWorkload<T>? workload)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (line.Split(' '))
        {
            case ["load", .. string[] sizes, string cell, string mode] when sizes.Length == 5:
                int[] numbers = [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
                Configuration configuration = new("", numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) { IsTraining = mode == "training" };
                workload = new LstmWorkload<T>(configuration, cell, threads);
                return "loaded";
            case ["check"] when workload is not null:
                return "check " + string.Join(' ', workload.Check().Select(result => Text($"{result.Key} {result.Value.Sum:G9} {result.Value.Norm:G9}")));
            case ["run", string repetitions] when workload is not null:
                (double forward, double train, double forwardMinimum, double trainMinimum) =
                    workload.Run(int.Parse(repetitions, CultureInfo.InvariantCulture));
                return Text($"times {forward} {train} {forwardMinimum} {trainMinimum}");
            default:
                throw new CompareException($"did not expect: {line}");
        }
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
