using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>PyTorch's <c>nn.LSTM</c>, with Debian's packages.</summary>
internal sealed class TorchSystem : TimedSystem
{
    private const string Python = "/usr/bin/python3";
    private const string LibraryPath = "LD_LIBRARY_PATH";

    public override string Name => CompareOptions.Torch;

    public override bool CanTrain(string cell) => cell == Cells.Plain;

    protected override string Advice => " To have it: apt-get install -y python3-torch libopenblas0-openmp";

    protected override ProcessStartInfo Prepare()
    {
        ProcessStartInfo start = new(Python, [Path.Combine(Repository.Peers, "torch", "lstm_peer.py")]);

        // In front of whichever BLAS the alternatives of the system point to.
        string[] folders = [.. Directory.GetDirectories("/usr/lib", "*-linux-gnu")
            .Select(folder => Path.Combine(folder, "openblas-openmp"))
            .Where(Directory.Exists)];
        string? others = start.Environment.TryGetValue(LibraryPath, out string? present) ? present : null;
        start.Environment[LibraryPath] = string.Join(':', folders.Append(others).OfType<string>());
        return start;
    }

    /// <summary>With its pthread build, OpenBLAS and PyTorch fight for the cores; the reference BLAS has no SIMD at all.</summary>
    protected override void CheckVersion(SystemProcess process)
    {
        if (!process.Version.EndsWith("OpenBLAS for OpenMP", StringComparison.Ordinal))
        {
            process.Dispose();
            throw new CompareException($"it should use OpenBLAS for OpenMP, but it is {process.Version}");
        }
    }
}
