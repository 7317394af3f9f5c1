using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>The LSTM operator of ONNX Runtime, which does not train.</summary>
internal sealed class OnnxSystem : TimedSystem
{
    public override string Name => SystemNames.Onnx;

    public override bool CanRun(CaseShape shape) => shape.Cell == Cells.Plain && !shape.Configuration.Work.HasTraining;

    protected override string Advice => " It needs the packages of NuGet.";

    protected override ProcessStartInfo Prepare()
    {
        string folder = Path.Combine(Repository.Peers, "onnxruntime");
        PeerProgram program = new(Path.Combine(Repository.Artifacts, "onnxruntime", "OnnxRuntimePeer"), folder, Repository.Worker);
        return program.Prepare("dotnet", program.PublishArguments(Path.Combine(folder, "OnnxRuntimePeer.csproj")));
    }
}
