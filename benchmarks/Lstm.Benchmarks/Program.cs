using System.CommandLine;
using System.CommandLine.Invocation;
using BenchmarkDotNet.ConsoleArguments;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Growth;
using Lstm.Benchmarks.Phases;

const int Failure = 1, WrongUsage = 2;

return args switch
{
    [] or ["--help" or "-h" or "-?" or "--version" or "compare" or "job" or "growth", ..] => Invoke(args),
    [LstmWorker.Command, string system] when SystemNames.OfThisLibrary.Contains(system) => LstmWorker.Run(system),
    [PhaseWorker.Command] => PhaseWorker.Run(),
    [['-', ..], ..] => RunBenchmarks(args),
    [string word, ..] => Fail($"unknown command '{word}'. See --help.", WrongUsage),
};

static int Invoke(string[] args)
{
    RootCommand root = new(
        "Measures this library. With options of BenchmarkDotNet it times single parts beside plain loops: --filter '*' for all of them, "
        + "--list flat for their names.")
    {
        CompareArguments.CreateCompare(CompareCommand.Run, PhasesCommand.Run),
        CompareArguments.CreateJob(CompareCommand.Run, PhasesCommand.Run),
        GrowthCommand.Create(),
    };
    ParseResult commandLine = root.Parse(args is [] ? ["--help"] : args);
    if (commandLine.Action is ParseErrorAction)
    {
        return Fail($"{commandLine.Errors[0].Message} See --help.", WrongUsage);
    }

    try
    {
        return commandLine.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
    catch (CompareException exception)
    {
        return Fail(exception.Message, Failure);
    }
}

static int RunBenchmarks(string[] args)
{
    // BenchmarkDotNet itself would print all of its help.
    AccumulationLogger messages = new();
    (bool valid, _, CommandLineOptions options) = ConfigParser.Parse(args, messages);
    if (!valid)
    {
        string[] lines = messages.GetLog().Split('\n', StringSplitOptions.TrimEntries);
        string message = lines.SkipWhile(line => line != "ERROR(S):").ElementAtOrDefault(1) ?? "wrong options.";
        return Fail($"{message} See --help.", WrongUsage);
    }

    Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args)];
    bool failed = Array.Exists(summaries, summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success));
    return failed ? Failure : 0;
}

static int Fail(string message, int exitCode)
{
    Console.Error.WriteLine($"error: {message}");
    return exitCode;
}
