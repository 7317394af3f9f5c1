using System.Globalization;

namespace Lstm.Benchmarks.Compare;

/// <summary>What Linux tells of the machine and of a process under <c>/proc</c>.</summary>
internal static class ProcFiles
{
    private const string Machine = "/proc/stat";

    public static bool Exist { get; } = File.Exists(Machine);

    /// <summary>Reads the ticks of all processors since the system started, and the ticks that the host took for other machines.</summary>
    public static (double Total, double Stolen) Ticks()
    {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice; the time of guests is in user and nice, too.
        double[] ticks = [.. Lines(Machine, "cpu ").Single().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Take(8).Select(Number)];
        return (ticks.Sum(), ticks.ElementAtOrDefault(7));
    }

    /// <summary>How many threads run or wait for a processor, all of the machine's.</summary>
    public static double RunQueue() => Number(Lines(Machine, "procs_running").Single().Split(' ')[1]);

    public static int Processors() => Lines(Machine, "cpu").Count() - 1;

    /// <summary>How often the threads of a process had to leave a processor that they wanted to keep.</summary>
    public static double InvoluntarySwitches(int process)
    {
        double switches = 0;
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                switches += Field(Path.Combine(thread, "status"), "nonvoluntary_ctxt_switches:") ?? 0;
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }

        return switches;
    }

    /// <summary>The most memory that a process has had at once, in MiB; null where that is not known.</summary>
    public static double? PeakMemory(int process) => Exist ? Field($"/proc/{process}/status", "VmHWM:") / 1024 : null;

    private static double? Field(string file, string name) =>
        Lines(file, name).FirstOrDefault()?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, string number, ..]
            ? Number(number)
            : null;

    private static IEnumerable<string> Lines(string file, string start) =>
        File.ReadLines(file).Where(line => line.StartsWith(start, StringComparison.Ordinal));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
