using System.CommandLine;

namespace Lstm.Benchmarks.Growth;

/// <summary>
/// The command <c>growth</c>: how time grows with steps and with sequences, and what recomputation costs and saves. All sizes of a table
/// take turns, so that a slower while of the machine falls on all of them.
/// </summary>
internal static class GrowthCommand
{
    private const int Rounds = 5;

    public static Command Create()
    {
        Command command = new("growth", "Time against the number of steps and of sequences, and memory and time with recomputation; about three minutes.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        Console.WriteLine($"LSTM {GrowthCase.InputSize} -> {GrowthCase.HiddenSize}, float, 1 thread, {Rounds} rounds, medians");
        Print("steps T, 16 sequences", [100, 300, 1000, 3000, 10_000], steps => new(steps, 16, Threads(1)));
        Print("sequences B, 100 steps", [8, 16, 32, 64, 128, 256], batch => new(100, batch, Threads(1)));
        Print("steps T, 1 sequence, all activations kept", [1000, 10_000, 100_000], steps => new(steps, 1, Threads(1)));
        Print("steps T, 1 sequence, recomputed", [1000, 10_000, 100_000], steps => new(steps, 1, Threads(1) with { Recompute = true }));
        return 0;
    }

    private static BpttOptions Threads(int threads) => new() { Threads = threads };

    private static void Print(string title, int[] sizes, Func<int, GrowthCase> create)
    {
        GrowthCase[] cases = [.. sizes.Select(create)];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (GrowthCase growth in cases)
            {
                growth.Round();
            }
        }

        Console.WriteLine();
        Console.WriteLine($"| {title} | ms | ns for a step of a sequence | MiB |");
        Console.WriteLine("| ---: | ---: | ---: | ---: |");
        for (int k = 0; k < sizes.Length; k++)
        {
            double each = cases[k].Milliseconds * 1e6 / ((double)cases[k].Steps * cases[k].Batch);
            Console.WriteLine(FormattableString.Invariant($"| {sizes[k]:N0} | {cases[k].Milliseconds:G4} | {each:F0} | {cases[k].Mebibytes:F1} |"));
        }
    }
}
