using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Lstm.Kernels;

/// <summary>
/// Threads that stay, each of which takes the slice of its own number, so that a slice's data stays with one core from one phase to the
/// next. A caller that finds the team busy works alone: results never depend on who does the work.
/// </summary>
internal sealed class WorkerTeam
{
    /// <summary>Some 20 microseconds of spinning, about as long as waking a sleeping thread takes.</summary>
    private const int SpinsBeforeSleep = 400;
    private const int PausesPerSpin = 4;

    private static readonly Action<int> s_nothing = static _ => { };

    private readonly Lock _gate = new();
    private readonly List<Worker> _workers = [];
    private Action<int> _work = s_nothing;
    private int _pending;
    private ExceptionDispatchInfo? _failure;

    private WorkerTeam()
    {
    }

    /// <summary>The one team of the process. Its threads are started when they are first needed.</summary>
    public static WorkerTeam Shared { get; } = new();

    /// <summary>Calls <paramref name="work"/> for every slice in [0, slices), slice 0 on the calling thread, and waits for all.</summary>
    public void Run(int slices, Action<int> work)
    {
        if (slices > 1 && !_gate.IsHeldByCurrentThread && _gate.TryEnter())
        {
            try
            {
                RunTogether(slices, work);
            }
            finally
            {
                _gate.Exit();
            }
        }
        else
        {
            for (int slice = 0; slice < slices; slice++)
            {
                work(slice);
            }
        }
    }

    /// <summary>
    /// Calls <paramref name="work"/> for every slice in [0, slices), all at once, so that slices may wait for each other; or does nothing if
    /// the team is busy.
    /// </summary>
    public bool TryRunConcurrently(int slices, Action<int> work)
    {
        if (_gate.IsHeldByCurrentThread || !_gate.TryEnter())
        {
            return false;
        }

        try
        {
            RunTogether(slices, work);
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>The part of <paramref name="count"/> rows that is one slice's: even, in order, without gaps.</summary>
    public static (int Start, int End) Slice(int count, int slice, int slices) =>
        ((int)((long)count * slice / slices), (int)((long)count * (slice + 1) / slices));

    private void RunTogether(int slices, Action<int> work)
    {
        while (_workers.Count < slices - 1)
        {
            _workers.Add(new Worker(this, _workers.Count + 1));
        }

        _work = work;
        _failure = null;
        Volatile.Write(ref _pending, slices - 1);
        for (int k = 0; k < slices - 1; k++)
        {
            _workers[k].Start();
        }

        Execute(0);
        AwaitAll();
        _work = s_nothing;
        _failure?.Throw();
    }

    /// <summary>Without a call that Thread.Interrupt could end: buffers must not be given back while a worker still writes to them.</summary>
    private void AwaitAll()
    {
        for (int spin = 0; Volatile.Read(ref _pending) > 0; spin++)
        {
            if (spin < SpinsBeforeSleep)
            {
                Thread.SpinWait(PausesPerSpin);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private void Execute(int slice)
    {
        try
        {
            _work(slice);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "A worker lives as long as the process.")]
    private sealed class Worker
    {
        private readonly WorkerTeam _team;
        private readonly int _slice;
        private readonly AutoResetEvent _wake = new(false);
        private int _started;
        private bool _asleep;

        public Worker(WorkerTeam team, int slice)
        {
            _team = team;
            _slice = slice;
            new Thread(Loop) { IsBackground = true, Name = $"Lstm worker {slice}" }.UnsafeStart();
        }

        public void Start()
        {
            // Full fences here and in AwaitStart: either the worker sees the start, or this thread sees that it sleeps.
            Interlocked.Increment(ref _started);
            if (Interlocked.Exchange(ref _asleep, false))
            {
                _wake.Set();
            }
        }

        private void Loop()
        {
            for (int done = 0; ; done++)
            {
                AwaitStart(done);
                _team.Execute(_slice);
                Interlocked.Decrement(ref _team._pending);
            }
        }

        private void AwaitStart(int done)
        {
            for (int spin = 0; spin < SpinsBeforeSleep; spin++)
            {
                if (Volatile.Read(ref _started) != done)
                {
                    return;
                }

                Thread.SpinWait(PausesPerSpin);
            }

            Interlocked.Exchange(ref _asleep, true);
            bool startedMeanwhile = Volatile.Read(ref _started) != done;
            if (!startedMeanwhile || !Interlocked.Exchange(ref _asleep, false))
            {
                _wake.WaitOne();
            }
        }
    }
}
