namespace Lstm.Mutations;

/// <summary>A copy of this program with its tests, in which the library is another.</summary>
internal sealed class Sandbox
{
    private readonly string _folder;

    public Sandbox(string folder)
    {
        _folder = folder;
        Copy(AppContext.BaseDirectory, folder);
    }

    /// <summary>The library's file.</summary>
    public string Library => Path.Combine(_folder, "Lstm.dll");

    public Task<TestRun> RunAsync(IEnumerable<string> names, TimeSpan mostCpu) => TestProcess.RunAsync(_folder, names, mostCpu);

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.GetDirectories(source))
        {
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        }
    }
}
