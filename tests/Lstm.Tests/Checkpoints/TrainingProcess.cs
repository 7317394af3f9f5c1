using System.ComponentModel;
using System.Diagnostics;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Checkpoints;

/// <summary>Runs the program that trains with checkpoints, in a process that can be killed.</summary>
internal sealed class TrainingProcess(TempFolder folder, string loop)
{
    private static readonly Lazy<bool> s_mounts = new(Mounts);

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Lstm.CheckpointProcess.dll");

    /// <summary>The exit code of a process that was killed: 128 and the number of SIGKILL; -1 on Windows.</summary>
    private static int Killed => OperatingSystem.IsWindows() ? -1 : 128 + 9;

    /// <summary>Whether this system lets a user mount something in a namespace of his own.</summary>
    public static bool CanMount => OperatingSystem.IsLinux() && s_mounts.Value;

    public string Checkpoints => folder["checkpoints"];

    public string Weights => folder["weights.safetensors"];

    /// <summary>Runs to the end.</summary>
    /// <returns>The first line that is no warning: where it went on.</returns>
    public string Run()
    {
        using Process process = Start();
        string from = FirstLine(process);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, errors.Result);
        return from;
    }

    /// <summary>
    /// Sends SIGKILL so long after this process has saved so many checkpoints. It saves two more at most, and ends by itself only if that is the end:
    /// the time chooses what the signal hits, and no verdict hangs on it.
    /// </summary>
    /// <returns>The first line that is no warning: where it went on; and whether it was the signal that ended the process.</returns>
    public (string From, bool WasKilled) RunAndKill(int checkpoints, TimeSpan after)
    {
        using Process process = Start(mostCheckpoints: checkpoints + 2);
        string from = FirstLine(process);
        for (int saved = 0; saved < checkpoints && process.StandardOutput.ReadLine() != null; saved++)
        {
        }

        Thread.Sleep(after);
        process.Kill();
        process.WaitForExit();
        process.ExitCode.Should().BeOneOf([0, Killed], "it ends by itself or by the signal: {0}", process.StandardError.ReadToEnd());
        return (from, process.ExitCode == Killed);
    }

    /// <summary>Runs with the kernel's limit to the length of a file: it kills a process with SIGXFSZ in the middle of the write that goes beyond it.</summary>
    /// <returns>The exit code of the shell.</returns>
    public int RunWithFileLimit(int kibibytes)
    {
        string command = $"ulimit -c 0; ulimit -f {kibibytes}; exec dotnet '{Program}' '{Checkpoints}' '{Weights}' {loop} > /dev/null 2>&1";
        ProcessStartInfo start = new("bash", ["-c", command]);

        // The runtime would keep its code in a file in memory, for which the limit is, too.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs on a small file system, then on the same as read-only; see <see cref="CanMount"/>.</summary>
    /// <returns>What was said each time and the files that there were, a line each.</returns>
    public string RunOnSmallDisk(int kibibytes)
    {
        string run = $"dotnet '{Program}' \"$d/run\" '{Weights}' {loop} 2>&1";
        string command = $"""
            d='{folder.Path}'; ulimit -c 0
            mount -t tmpfs -o size={kibibytes}k none "$d" || exit 9
            {run} | grep -o -m 1 'No space left on device'; ls "$d/run"
            mount -o remount,ro "$d"
            {run} | grep -o -m 1 'Read-only file system'; ls "$d/run"
            """;
        using Process process = InMountNamespace(command);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, process.StandardError.ReadToEnd());
        return output;
    }

    /// <summary>Saves a model over a file that another one is mounted over; see <see cref="CanMount"/>.</summary>
    /// <returns>What was said.</returns>
    public static string SaveOverMount(string file, string other)
    {
        using Process process = InMountNamespace($"mount --bind '{other}' '{file}' || exit 9; dotnet '{Program}' save '{file}'");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(1, output + process.StandardError.ReadToEnd());
        return output;
    }

    private Process Start(int mostCheckpoints = int.MaxValue) => Process.Start(new ProcessStartInfo("dotnet", [Program, Checkpoints, Weights, loop, $"{mostCheckpoints}"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static bool Mounts()
    {
        try
        {
            using Process process = InMountNamespace("mount -t tmpfs none /tmp && mount -o remount,ro /tmp");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;       // there is no such program
        }
    }

    private static Process InMountNamespace(string command) => Process.Start(new ProcessStartInfo("unshare", ["-rm", "bash", "-c", command])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static string FirstLine(Process process)
    {
        while (process.StandardOutput.ReadLine() is string line)
        {
            if (line.StartsWith("from ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The process ended at once: {process.StandardError.ReadToEnd()}");
    }
}
