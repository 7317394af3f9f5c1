using System.Diagnostics;

namespace Lstm.Benchmarks.Compare;

/// <summary>A peer's program, which is built when a source is newer.</summary>
/// <param name="Path">The program.</param>
/// <param name="SourceFolders">Where its sources are.</param>
internal sealed record PeerProgram(string Path, params string[] SourceFolders)
{
    private const string Error = "error: ";

    /// <summary>The arguments of the .NET SDK that publish a project next to the program.</summary>
    public IEnumerable<string> PublishArguments(string project) =>
        ["publish", project, "-c", "Release", "-o", System.IO.Path.GetDirectoryName(Path)!, "--nologo", "-v", "quiet"];

    /// <summary>Builds it if that has to be done.</summary>
    /// <exception cref="CompareException">It cannot be built.</exception>
    public ProcessStartInfo Prepare(string builder, IEnumerable<string> arguments)
    {
        DateTime newest = SourceFolders.SelectMany(Directory.EnumerateFiles).Max(File.GetLastWriteTimeUtc);
        if (!File.Exists(Path) || File.GetLastWriteTimeUtc(Path) < newest)
        {
            Directory.CreateDirectory(Repository.Artifacts);
            Build(builder, arguments);
            File.SetLastWriteTimeUtc(Path, DateTime.UtcNow);
        }

        return new ProcessStartInfo(Path);
    }

    private static void Build(string builder, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(builder, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = SystemProcess.Launch(start);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string messages = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new CompareException($"it does not build, {Cause(messages)}");
        }
    }

    /// <summary>Returns the text after the first "error" of the messages, or their last line.</summary>
    private static string Cause(string messages)
    {
        string[] lines = messages.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? error = lines.FirstOrDefault(line => line.Contains(Error, StringComparison.Ordinal));
        return error?[(error.IndexOf(Error, StringComparison.Ordinal) + Error.Length)..] ?? lines.LastOrDefault() ?? "without a message";
    }
}
