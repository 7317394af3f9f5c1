using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>oneDNN's fused LSTM primitive, built by g++ when its sources are newer than the program.</summary>
internal sealed class OneDnnSystem : TimedSystem
{
    private const string Error = "error: ";

    public override string Name => CompareOptions.OneDnn;

    public override bool CanTrain(string cell) => cell is Cells.Plain or Cells.Peephole;

    protected override string Advice => " To have it: apt-get install -y g++ libdnnl-dev";

    protected override ProcessStartInfo Prepare()
    {
        string folder = Path.Combine(Repository.Peers, "onednn"), program = Path.Combine(Repository.Artifacts, "onednn_lstm_peer");
        DateTime newest = Directory.EnumerateFiles(folder).Max(File.GetLastWriteTimeUtc);
        if (!File.Exists(program) || File.GetLastWriteTimeUtc(program) < newest)
        {
            Directory.CreateDirectory(Repository.Artifacts);
            Build(Path.Combine(folder, "lstm_peer.cpp"), program);
        }

        return new ProcessStartInfo(program);
    }

    private static void Build(string source, string program)
    {
        ProcessStartInfo start = new("g++", ["-O2", source, "-o", program, "-ldnnl"]) { RedirectStandardError = true };
        using Process compiler = SystemProcess.Launch(start);
        string messages = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            string cause = messages.Split('\n').FirstOrDefault(line => line.Contains(Error, StringComparison.Ordinal)) ?? Error + "no message";
            throw new CompareException($"it does not compile, {cause[(cause.IndexOf(Error, StringComparison.Ordinal) + Error.Length)..]}");
        }
    }
}
