using System.Diagnostics;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>oneDNN's fused LSTM primitive.</summary>
/// <param name="name">The name on the command line.</param>
/// <param name="isa">The instructions that it may use at most; null for all that the processor has.</param>
internal sealed class OneDnnSystem(string name, string? isa = null) : TimedSystem
{
    private const string MostInstructions = "ONEDNN_MAX_CPU_ISA";

    public override string Name => name;

    public override bool CanRun(CaseShape shape) =>
        shape.Cell is Cells.Plain or Cells.Peephole && shape.Configuration.Work.Mode != WorkMode.Characters;

    protected override string Advice => " To have it: apt-get install -y g++ libdnnl-dev";

    protected override ProcessStartInfo Prepare()
    {
        string folder = Path.Combine(Repository.Peers, "onednn");
        PeerProgram program = new(Path.Combine(Repository.Artifacts, "onednn_lstm_peer"), folder);
        ProcessStartInfo start = program.Prepare("g++", ["-O2", Path.Combine(folder, "lstm_peer.cpp"), "-o", program.Path, "-ldnnl"]);
        start.Environment.Remove(MostInstructions);
        if (isa is not null)
        {
            start.Environment[MostInstructions] = isa;
        }

        return start;
    }

    protected override void CheckVersion(SystemProcess process)
    {
        if (isa is not null && !process.Version.EndsWith($" {isa}", StringComparison.Ordinal))
        {
            process.Dispose();
            throw new CompareException($"it should use {isa}, but it is {process.Version}");
        }
    }
}
