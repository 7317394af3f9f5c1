using Xunit;
using Xunit.Abstractions;

namespace Lstm.Mutations;

/// <summary>Collects the tests of a class.</summary>
internal sealed class TestDiscovery : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly ManualResetEventSlim _end = new();
    private readonly List<ITestCase> _found = [];

    public static IReadOnlyList<ITestCase> Find(ITestFrameworkDiscoverer discoverer, string type)
    {
        using TestDiscovery discovery = new();
        discoverer.Find(type, includeSourceInformation: false, discovery, new RunnerOptions());
        discovery._end.Wait();
        return discovery._found;
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage discovered:
                _found.Add(discovered.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                _end.Set();
                break;
        }

        return true;
    }

    public void Dispose() => _end.Dispose();
}
