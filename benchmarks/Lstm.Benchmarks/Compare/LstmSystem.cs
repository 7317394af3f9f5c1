using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>This library: the same program again, as a worker.</summary>
internal sealed class LstmSystem(string name) : TimedSystem
{
    public override string Name => name;

    public override bool CanTrain(string cell) => true;

    protected override ProcessStartInfo Prepare()
    {
        string program = Environment.ProcessPath!;
        string[] worker = [LstmWorker.Command, name];
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new ProcessStartInfo(program, [Environment.GetCommandLineArgs()[0], .. worker])
            : new ProcessStartInfo(program, worker);
    }
}
