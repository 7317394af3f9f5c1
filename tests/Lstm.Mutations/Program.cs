using System.Diagnostics;
using System.Globalization;
using Lstm.Mutations;

// Run from the root: dotnet run -c Release --project tests/Lstm.Mutations -- --help
if (args is [TestRunner.Command, ..])
{
    return TestRunner.Run(args.AsSpan(1));
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    return await CommandLine.Parse(args, Prove, List, SelfTest.RunAsync).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (MutationException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

static int List(ProofOptions options)
{
    foreach (Mutation mutation in options.Select(Catalogue.All))
    {
        Console.WriteLine(mutation);
    }

    return 0;
}

static async Task<int> Prove(ProofOptions options)
{
    Stopwatch time = Stopwatch.StartNew();
    Mutation[] mutations = [.. options.Select(Catalogue.All)];
    KillerTable killers = new(Path.Combine("docs", "verification.md"));
    using Proof proof = new(new LibraryCompiler(Path.GetFullPath("src/Lstm")), killers, TestSuite.Classes, options.Parallel);
    int done = 0;
    Trial[] trials = await proof.RunAsync(mutations, trial => Console.WriteLine(
        $"{Interlocked.Increment(ref done),3}/{mutations.Length} {trial.Verdict,-8} {trial.Cpu.TotalSeconds,5:f1} s  {trial.Mutation}\n{"",30}{trial.Detail ?? "no test fails"}"));
    if (options.Record)
    {
        killers.Save(Catalogue.All);
    }

    int Count(Verdict verdict) => trials.Count(trial => trial.Verdict == verdict);
    double cpu = (trials.Aggregate(proof.RightCpu, (sum, trial) => sum + trial.Cpu) + Process.GetCurrentProcess().TotalProcessorTime).TotalMinutes;
    foreach (Trial trial in trials.Where(trial => !trial.IsProven))
    {
        Console.WriteLine($"{trial.Verdict}: {trial.Mutation}");
    }

    Console.WriteLine(
        $"{trials.Length} rows: {trials.Count(trial => trial.IsProven)} killed, of which {Count(Verdict.Hung)} hung and {Count(Verdict.Crashed)} crashed; "
        + $"{Count(Verdict.Survived)} survived, {Count(Verdict.NoBuild)} do not build; {time.Elapsed.TotalMinutes:f1} minutes, {cpu:f1} of all processors");
    return trials.All(trial => trial.IsProven) ? 0 : 1;
}
