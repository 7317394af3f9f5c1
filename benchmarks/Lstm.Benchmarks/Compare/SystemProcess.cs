using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>
/// A system in a process of its own that stays alive from round to round. It reads one command a line and answers each with one line;
/// between commands it waits for input, and its idle threads go to sleep a few milliseconds after their work.
/// </summary>
internal sealed class SystemProcess : IDisposable
{
    private readonly Process _process;

    /// <exception cref="CompareException">The process does not answer.</exception>
    public SystemProcess(string name, ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        Name = name;
        _process = Launch(start);
        Version = Read("ready");
    }

    public string Name { get; }

    /// <summary>The number that the system gave it.</summary>
    public int Id => _process.Id;

    /// <summary>The library and its version.</summary>
    public string Version { get; }

    /// <exception cref="CompareException">There is no such program.</exception>
    public static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new CompareException($"{start.FileName} cannot be started");
        }
    }

    /// <summary>Prepares a model of this shape with the numbers of <see cref="TestData"/>, in place of the one before.</summary>
    public void Load(CaseShape shape)
    {
        Work work = shape.Configuration.Work with { Cell = shape.Cell };
        Ask("loaded", $"load {work}");
    }

    /// <summary>Does the work once, and returns its output and gradients by their names.</summary>
    public IReadOnlyDictionary<string, Fingerprint> Check() => Ask("check", "check")
        .Split(' ')
        .Chunk(3)
        .ToDictionary(words => words[0], words => new Fingerprint(Number(words[1]), Number(words[2])));

    /// <summary>Does the work once untimed, then times forward passes and training steps, whichever the mode has.</summary>
    public Timing Run(int repetitions)
    {
        string[] times = Ask("times", $"run {repetitions}").Split(' ');
        return new Timing(DurationOf(times[0], times[2]), DurationOf(times[1], times[3]));
    }

    public void Dispose()
    {
        try
        {
            // The end of its input is the end of the process.
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // What could not be written is of no use to a process that has ended.
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Sends a line, and returns the answer without its first word.</summary>
    /// <param name="expected">The first word of the answer.</param>
    /// <param name="command">The line.</param>
    /// <exception cref="CompareException">The process answers with an error, in another way or not at all.</exception>
    public string Ask(string expected, string command)
    {
        try
        {
            _process.StandardInput.WriteLine(command);
            _process.StandardInput.Flush();
            return Read(expected);
        }
        catch (Exception exception) when (exception is CompareException or IOException)
        {
            throw new CompareException($"{Name} failed at '{command}': {exception.Message.TrimEnd('.')}.");
        }
    }

    private string Read(string expected)
    {
        string line = _process.StandardOutput.ReadLine() ?? throw new CompareException("its process ended without an answer");
        return line.Split(' ', 2) switch
        {
            [string word, ..] parts when word == expected => parts.ElementAtOrDefault(1) ?? "",
            ["error", string message] => throw new CompareException(message),
            _ => throw new CompareException($"it answered '{line}'"),
        };
    }

    private static Duration? DurationOf(string median, string minimum) =>
        median == "-" ? null : new Duration(Number(median), Number(minimum));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
