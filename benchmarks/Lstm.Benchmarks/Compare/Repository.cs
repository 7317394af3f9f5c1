namespace Lstm.Benchmarks.Compare;

/// <summary>Where the sources of the peers are, and where what is built and measured goes.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(Find);

    public static string Peers => Path.Combine(Root.Value, "benchmarks", "peers");

    public static string Results => Path.Combine(Root.Value, "benchmarks", "results");

    /// <summary>The sources that this program and the peers in C# share.</summary>
    public static string Worker => Path.Combine(Root.Value, "benchmarks", "Lstm.Benchmarks", "Worker");

    /// <summary>The text of the main job.</summary>
    public static string Text => Path.Combine(Root.Value, "samples", "data", "tinyshakespeare.txt");

    public static string Artifacts => Path.Combine(Root.Value, "artifacts", "peers");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lstm.sln")))
            {
                return folder.FullName;
            }
        }

        throw new CompareException("run this from a checkout of the repository: there is no Lstm.sln above the program.");
    }
}
