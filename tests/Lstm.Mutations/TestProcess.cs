using System.Diagnostics;
using System.Globalization;

namespace Lstm.Mutations;

/// <summary>A process of <see cref="TestRunner"/>, which a wrong term may crash or keep from ending.</summary>
internal sealed class TestProcess : IDisposable
{
    /// <summary>
    /// A process that takes less than <see cref="LeastShare"/> of a processor for so long waits for what never comes,
    /// even on a busy machine.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(0.5);
    private const double LeastShare = 0.02;
    private const int SigInt = 2, SigKill = 9, SigTerm = 15;

    private readonly Process _process;
    private readonly TimeSpan _mostCpu;
    private readonly Dictionary<string, TimeSpan> _classTimes = [];
    private TimeSpan _cpu, _cpuAtTest, _cpuAtWatch;
    private long _watch = Stopwatch.GetTimestamp();
    private string? _test, _failed;

    private TestProcess(string folder, IEnumerable<string> names, TimeSpan mostCpu)
    {
        _mostCpu = mostCpu;
        ProcessStartInfo start = new("dotnet", [Path.Combine(folder, "Lstm.Mutations.dll"), TestRunner.Command, .. names])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <param name="folder">Where the library and its tests are.</param>
    /// <param name="names">Classes and tests in the order in which they are run.</param>
    /// <param name="mostCpu">The time of all threads that a test may take.</param>
    public static async Task<TestRun> RunAsync(string folder, IEnumerable<string> names, TimeSpan mostCpu)
    {
        using TestProcess process = new(folder, names, mostCpu);
        return await process.WatchAsync();
    }

    public void Dispose() => _process.Dispose();

    private async Task<TestRun> WatchAsync()
    {
        Task<string?> next = _process.StandardOutput.ReadLineAsync();
        while (true)
        {
            if (await Task.WhenAny(next, Task.Delay(Tick)) != next)
            {
                if (Hangs())
                {
                    _process.Kill(entireProcessTree: true);
                    return End(Verdict.Hung);
                }
            }
            else if (await next is string line)
            {
                Read(line);
                next = _process.StandardOutput.ReadLineAsync();
            }
            else
            {
                await _process.WaitForExitAsync();
                return End(_failed != null ? Verdict.Killed : VerdictOf(_process.ExitCode));
            }
        }
    }

    private void Read(string line)
    {
        if (line.StartsWith(TestRunner.Begun, StringComparison.Ordinal))
        {
            _test = line[TestRunner.Begun.Length..];
            _cpuAtTest = ReadCpu();
        }
        else if (line.StartsWith(TestRunner.Failed, StringComparison.Ordinal))
        {
            _failed = line[TestRunner.Failed.Length..];
        }
        else if (line.StartsWith(TestRunner.Class, StringComparison.Ordinal))
        {
            string[] words = line.Split(' ');
            _classTimes[words[1]] = Milliseconds(words[2]);
        }
        else if (line.StartsWith(TestRunner.Cpu, StringComparison.Ordinal))
        {
            _cpu = Milliseconds(line[TestRunner.Cpu.Length..]);
        }
    }

    private bool Hangs()
    {
        TimeSpan cpu = ReadCpu(), watched = Stopwatch.GetElapsedTime(_watch);
        if (watched < Patience)
        {
            return cpu - _cpuAtTest > _mostCpu;
        }

        bool waits = cpu - _cpuAtWatch < watched * LeastShare;
        (_watch, _cpuAtWatch) = (Stopwatch.GetTimestamp(), cpu);
        return waits;
    }

    private TimeSpan ReadCpu()
    {
        try
        {
            _cpu = _process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        return _cpu;
    }

    private static Verdict VerdictOf(int exitCode) => exitCode switch
    {
        0 => Verdict.Survived,
        128 + SigInt or 128 + SigKill or 128 + SigTerm => Verdict.Ended,
        _ => Verdict.Crashed,
    };

    private TestRun End(Verdict verdict) => new(verdict, verdict == Verdict.Survived ? null : _failed ?? _test, _cpu, _classTimes);

    private static TimeSpan Milliseconds(string number) => TimeSpan.FromMilliseconds(double.Parse(number, CultureInfo.InvariantCulture));
}
