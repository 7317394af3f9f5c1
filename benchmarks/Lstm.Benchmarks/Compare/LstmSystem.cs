using System.Diagnostics;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>This library: the same program again, as a worker.</summary>
/// <param name="name">The name on the command line.</param>
/// <param name="bits">The width of registers that it has to use; null for whatever it chooses.</param>
/// <param name="off">The switch of the runtime that is 0 for this width.</param>
internal sealed class LstmSystem(string name, int? bits = null, string? off = null) : TimedSystem
{
    public override string Name => name;

    public override bool CanRun(CaseShape shape) =>
        name != SystemNames.LstmDouble || shape.Configuration.Work.Mode != WorkMode.Characters;

    /// <summary>Starts this program again, with other arguments.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new ProcessStartInfo(program, [Environment.GetCommandLineArgs()[0], .. arguments])
            : new ProcessStartInfo(program, arguments);
    }

    protected override ProcessStartInfo Prepare()
    {
        ProcessStartInfo start = StartInfo(LstmWorker.Command, name);
        if (off is not null)
        {
            start.Environment[off] = "0";
        }

        return start;
    }

    protected override void CheckVersion(SystemProcess process)
    {
        if (bits is not null && !process.Version.EndsWith($" {bits} bits", StringComparison.Ordinal))
        {
            process.Dispose();
            throw new CompareException($"it should compute with {bits} bits, but it is {process.Version}");
        }
    }
}
