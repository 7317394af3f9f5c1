using System.Collections.Concurrent;

namespace Lstm.Mutations;

/// <summary>Tries wrong terms, several at once: the likely tests first, then all.</summary>
internal sealed class Proof : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lstm-mutations-").FullName;
    private readonly LibraryCompiler _compiler;
    private readonly KillerTable _killers;
    private readonly IEnumerable<string> _classes;
    private readonly ConcurrentBag<Sandbox> _sandboxes;
    private readonly Sandbox _right;
    private readonly TimeSpan _mostCpu;
    private readonly Lazy<Task<IReadOnlyDictionary<string, TimeSpan>>> _suite;

    /// <param name="compiler">The library's sources.</param>
    /// <param name="killers">The likely tests.</param>
    /// <param name="classes">The full names of the classes of tests.</param>
    /// <param name="parallel">How many terms are tried at once.</param>
    /// <param name="mostCpu">The time of all threads that a test may take.</param>
    public Proof(LibraryCompiler compiler, KillerTable killers, IEnumerable<string> classes, int parallel, TimeSpan mostCpu)
    {
        (_compiler, _killers, _classes, _mostCpu) = (compiler, killers, classes, mostCpu);
        _right = CreateSandbox("right");
        _sandboxes = [.. Enumerable.Range(0, parallel).Select(k => CreateSandbox($"{k}"))];
        _suite = new(RunSuiteAsync);
        if (_compiler.Emit(null, _right.Library) is string error)
        {
            throw new MutationException($"The unchanged sources do not build: {error}");
        }
    }

    /// <summary>The time that tests of the right sources took.</summary>
    public TimeSpan RightCpu { get; private set; }

    /// <exception cref="MutationException">The unchanged sources fail a test, or a row does not fit them.</exception>
    public async Task<Trial[]> RunAsync(Mutation[] mutations, Action<Trial> report)
    {
        _compiler.Check(mutations);
        await PassAsync(mutations.SelectMany(_killers.Likely).Distinct());
        ConcurrentBag<Trial> trials = [];
        ParallelOptions options = new() { MaxDegreeOfParallelism = _sandboxes.Count };
        await Parallel.ForEachAsync(mutations, options, async (mutation, _) =>
        {
            _sandboxes.TryTake(out Sandbox? sandbox);
            Trial trial = await TryAsync(mutation, sandbox!);
            _sandboxes.Add(sandbox!);
            _killers.Add(trial);
            trials.Add(trial);
            report(trial);
        });
        return [.. trials];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Trial> TryAsync(Mutation mutation, Sandbox sandbox)
    {
        if (_compiler.Emit(mutation, sandbox.Library) is string error)
        {
            return new(mutation, Verdict.NoBuild, error, TimeSpan.Zero);
        }

        TestRun run = await sandbox.RunAsync(_killers.Likely(mutation), _mostCpu);
        TimeSpan cpu = run.Cpu;
        if (run.Verdict == Verdict.Survived)
        {
            run = await sandbox.RunAsync(_killers.Order(await _suite.Value), _mostCpu);
            cpu += run.Cpu;
        }

        return new(mutation, run.Verdict, run.Test, cpu);
    }

    /// <summary>All tests over the right sources.</summary>
    /// <returns>What each class takes.</returns>
    private async Task<IReadOnlyDictionary<string, TimeSpan>> RunSuiteAsync() => (await PassAsync(_classes)).ClassTimes;

    private async Task<TestRun> PassAsync(IEnumerable<string> names)
    {
        TestRun run = await _right.RunAsync(names, _mostCpu);
        RightCpu += run.Cpu;
        return run.Verdict == Verdict.Survived
            ? run
            : throw new MutationException($"The unchanged sources do not pass: {run.Verdict} in {run.Test}.");
    }

    private Sandbox CreateSandbox(string name) => new(Path.Combine(_folder, name));
}
