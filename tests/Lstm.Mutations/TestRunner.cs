using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Lstm.Mutations;

/// <summary>
/// Runs tests within this process, one after the other up to the first that fails, over the Lstm.dll that lies beside it. Writes a line at
/// every event for <see cref="TestProcess"/>, which is where it runs.
/// </summary>
internal sealed class TestRunner : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    public const string Command = "run-tests";
    public const string Begun = "test ", Failed = "failed ", Class = "class ", Cpu = "cpu ";

    private static readonly HashSet<string> s_classes = [.. TestSuite.Classes];

    private readonly TextWriter _output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
    private readonly ManualResetEventSlim _end = new();

    /// <param name="names">
    /// Full names of classes, of which all tests are run, and names of tests as xunit shows them. A name that no test has is passed over.
    /// </param>
    public static int Run(ReadOnlySpan<string> names)
    {
        using TestRunner runner = new();
        Console.SetOut(TextWriter.Null); // of the tests
        using XunitTestFramework framework = new(runner);
        Dictionary<Assembly, (ITestFrameworkDiscoverer Discoverer, ITestFrameworkExecutor Executor)> parts =
            TestSuite.Assemblies.ToDictionary(
                assembly => assembly,
                assembly => (framework.GetDiscoverer(Reflector.Wrap(assembly)), framework.GetExecutor(assembly.GetName())));
        foreach (string name in names)
        {
            (ITestFrameworkDiscoverer discoverer, ITestFrameworkExecutor executor) = parts[TestSuite.AssemblyOf(name)];
            runner.Run(discoverer, executor, name);
        }

        runner.WriteCpu();
        return 0;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting starting:
                _output.WriteLine(Begun + starting.TestCase.DisplayName);
                break;
            case ITestFailed failed:
                End(failed.TestCase.DisplayName);
                break;
            case IFailureInformation and IExecutionMessage failure:
                End(((IExecutionMessage)failure).TestCases.First().DisplayName);
                break;
            case ITestAssemblyFinished:
                _end.Set();
                break;
        }

        return true;
    }

    public void Dispose()
    {
        _end.Dispose();
        _output.Dispose();
    }

    private void Run(ITestFrameworkDiscoverer discoverer, ITestFrameworkExecutor executor, string name)
    {
        bool isClass = s_classes.Contains(name);
        IReadOnlyList<ITestCase> ofClass = TestDiscovery.Find(discoverer, isClass ? name : TestSuite.ClassOf(name));
        ITestCase[] tests = [.. ofClass.Where(test => isClass || test.DisplayName == name)];
        long start = Stopwatch.GetTimestamp();
        _end.Reset();
        executor.RunTests(tests, this, new RunnerOptions());
        _end.Wait();
        if (isClass)
        {
            WriteMilliseconds($"{Class}{name} ", Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>One failure is enough.</summary>
    private void End(string test)
    {
        _output.WriteLine(Failed + test);
        WriteCpu();
        Environment.Exit(1);
    }

    private void WriteCpu() => WriteMilliseconds(Cpu, Process.GetCurrentProcess().TotalProcessorTime);

    private void WriteMilliseconds(string what, TimeSpan time) =>
        _output.WriteLine(what + time.TotalMilliseconds.ToString("f0", CultureInfo.InvariantCulture));
}
