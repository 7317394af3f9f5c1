using System.Diagnostics;
using System.Globalization;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>
/// Something that runs LSTMs: how to start it as a process of its own, that times itself when it is asked to. This library is one, too,
/// so that all are treated alike and none is measured with what the compiler has learnt from another case.
/// </summary>
internal abstract class TimedSystem
{
    public static IReadOnlyList<TimedSystem> All { get; } =
    [
        new LstmSystem(SystemNames.Lstm),
        new LstmSystem(SystemNames.LstmDouble),
        new LstmSystem(SystemNames.Lstm256, bits: 256, off: "DOTNET_EnableAVX512"),
        new LstmSystem(SystemNames.Lstm128, bits: 128, off: "DOTNET_EnableAVX2"),
        new OneDnnSystem(SystemNames.OneDnn),
        new OneDnnSystem(SystemNames.OneDnnAvx2, isa: "AVX2"),
        new TorchSystem(),
        new OnnxSystem(),
    ];

    /// <summary>The name on the command line and in results.</summary>
    public abstract string Name { get; }

    public abstract bool CanRun(CaseShape shape);

    /// <summary>Starts it with a fixed number of threads.</summary>
    /// <exception cref="CompareException">It is not there, does not build or does not start.</exception>
    public SystemProcess Start(int threads)
    {
        try
        {
            ProcessStartInfo start = Prepare();
            start.Environment[WorkerLoop.ThreadsVariable] = threads.ToString(CultureInfo.InvariantCulture);
            start.Environment[CharacterText.Variable] = Repository.Text;

            // OpenMP's own defaults: a passive policy would slow the peers down many times, an active one their rivals.
            start.Environment.Remove("OMP_WAIT_POLICY");
            start.Environment.Remove("GOMP_SPINCOUNT");
            SystemProcess process = new(Name, start);
            CheckVersion(process);
            return process;
        }
        catch (Exception exception) when (exception is CompareException or IOException)
        {
            throw new CompareException($"{Name} is left out: {exception.Message.TrimEnd('.')}.{Advice}");
        }
    }

    /// <summary>How to get it, for those who do not have it.</summary>
    protected virtual string Advice => "";

    /// <summary>Builds what has to be built.</summary>
    protected abstract ProcessStartInfo Prepare();

    /// <summary>Refuses a version whose times would mean nothing.</summary>
    protected virtual void CheckVersion(SystemProcess process)
    {
    }
}
