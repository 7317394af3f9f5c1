using System.Diagnostics;

namespace Lstm.Mutations;

/// <summary>What the program does, from the root of the repository.</summary>
internal static class Commands
{
    /// <summary>The time of all threads that a test may take; the longest takes about 3 seconds.</summary>
    private static readonly TimeSpan s_mostCpu = TimeSpan.FromSeconds(60);

    /// <returns>0 where every row is killed.</returns>
    public static async Task<int> ProveAsync(ProofOptions options)
    {
        Stopwatch time = Stopwatch.StartNew();
        Mutation[] mutations = [.. options.Select(Catalogue.All)];
        KillerTable killers = new(Path.Combine("docs", "verification.md"));
        using Proof proof = new(CreateCompiler(), killers, TestSuite.Classes, options.Parallel, s_mostCpu);
        int done = 0;
        Trial[] trials = await proof.RunAsync(mutations, trial =>
        {
            Console.WriteLine($"{Interlocked.Increment(ref done),3}/{mutations.Length} {trial}");
            if (options.Record)
            {
                killers.Save(Catalogue.All); // at once, so that a run that is broken off is not lost
            }
        });

        foreach (Trial trial in trials.Where(trial => !trial.IsProven))
        {
            Console.WriteLine($"{trial.Verdict}: {trial.Mutation}");
        }

        int Count(Verdict verdict) => trials.Count(trial => trial.Verdict == verdict);
        TimeSpan cpu = trials.Aggregate(proof.RightCpu + Process.GetCurrentProcess().TotalProcessorTime, (sum, trial) => sum + trial.Cpu);
        Console.WriteLine(
            $"{trials.Length} rows: {trials.Count(trial => trial.IsProven)} killed, "
            + $"of which {Count(Verdict.Hung)} hung and {Count(Verdict.Crashed)} crashed; "
            + $"{Count(Verdict.Survived)} survived, {Count(Verdict.NoBuild)} do not build, {Count(Verdict.Ended)} ended by others; "
            + $"{time.Elapsed.TotalMinutes:f1} minutes, {cpu.TotalMinutes:f1} of all processors together");
        return trials.All(trial => trial.IsProven) ? 0 : 1;
    }

    /// <returns>0 where every row compiles.</returns>
    public static int Build(ProofOptions options)
    {
        LibraryCompiler compiler = CreateCompiler();
        Mutation[] mutations = [.. options.Select(Catalogue.All)];
        compiler.Check(mutations);
        int errors = 0;
        Parallel.ForEach(mutations, new() { MaxDegreeOfParallelism = options.Parallel }, mutation =>
        {
            if (compiler.Emit(mutation, Stream.Null) is string error)
            {
                Interlocked.Increment(ref errors);
                Console.WriteLine($"{mutation}\n    {error}");
            }
        });

        Console.WriteLine($"{mutations.Length} rows: {errors} do not build");
        return errors == 0 ? 0 : 1;
    }

    public static int List(ProofOptions options)
    {
        foreach (Mutation mutation in options.Select(Catalogue.All))
        {
            Console.WriteLine(mutation);
        }

        return 0;
    }

    public static Task<int> SelfTestAsync() => SelfTest.RunAsync(CreateCompiler());

    private static LibraryCompiler CreateCompiler() => new(Path.GetFullPath(Path.Combine("src", "Lstm")));
}
