using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>PyTorch's <c>nn.LSTM</c> under TorchSharp.</summary>
internal sealed class TorchSystem : TimedSystem
{
    public override string Name => SystemNames.Torch;

    public override bool CanRun(CaseShape shape) => shape.Cell == Cells.Plain;

    protected override string Advice => " It needs Debian 12 or newer on x86-64, patchelf, and the packages of NuGet and Debian.";

    protected override ProcessStartInfo Prepare()
    {
        string folder = Path.Combine(Repository.Peers, "torchsharp"), target = Path.Combine(Repository.Artifacts, "torchsharp");
        PeerProgram program = new(Path.Combine(target, "app", "TorchSharpPeer"), folder, Repository.Worker);
        return program.Prepare("bash", [Path.Combine(folder, "prepare.sh"), target]);
    }
}
