using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Lstm.Numerics;

/// <summary>
/// A team of lasting threads, each of which takes the slices of its own number, so that a slice's data stays with one core from one phase
/// to the next. The caller does not wait for a late worker, but takes over what no worker has begun. If the team is busy or there is no
/// second processor, the caller works alone: results never depend on which thread does the work.
/// </summary>
/// <param name="mostThreads">The largest number of threads that work at once, including that of the caller.</param>
/// <param name="startThread">Starts a thread, or fails if the platform has no threads.</param>
internal sealed class WorkerTeam(int mostThreads, Action<Thread> startThread)
{
    private static readonly Action<int> s_nothing = static _ => { };

    private readonly Lock _gate = new();
    private readonly List<Worker> _workers = [];
    private readonly Action<Thread> _startThread = startThread;
    private volatile int _mostThreads = mostThreads;
    private Action<int> _work = s_nothing;
    private TeamBarrier? _barrier;
    private int _slices;
    private int _threads;
    private int _pending;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The team of the process. Its threads are started when they are first needed.</summary>
    public static WorkerTeam Shared { get; } = new(Environment.ProcessorCount, static thread => thread.UnsafeStart());

    /// <summary>The largest number of threads that work at once.</summary>
    public int MostThreads => _mostThreads;

    /// <summary>Calls <paramref name="work"/> for every slice in [0, slices), slice 0 on the calling thread, and waits for all.</summary>
    public void Run(int slices, Action<int> work)
    {
        if (slices <= 1 || !TryRun(slices, work, null, needsAll: false))
        {
            for (int slice = 0; slice < slices; slice++)
            {
                work(slice);
            }
        }
    }

    /// <summary>
    /// Does what <see cref="Run"/> does, but with a thread for each slice, so that slices may wait for each other; or else does nothing.
    /// A slice that fails releases the others from the barrier at which they wait.
    /// </summary>
    /// <returns>Whether the work was done: it is not if the team is busy or there are fewer processors than slices.</returns>
    public bool TryRunConcurrently(int slices, Action<int> work, TeamBarrier? barrier = null)
    {
        barrier?.Reset();
        if (slices <= 1)
        {
            Run(slices, work);
            return true;
        }

        return slices <= _mostThreads && TryRun(slices, work, barrier, needsAll: true);
    }

    /// <summary>Returns the part of <paramref name="count"/> rows of a slice: parts are even, in order and without gaps.</summary>
    public static (int Start, int End) Slice(int count, int slice, int slices) =>
        ((int)((long)count * slice / slices), (int)((long)count * (slice + 1) / slices));

    /// <summary>Runs all slices if the team is free, and has a thread for each where it needs all.</summary>
    private bool TryRun(int slices, Action<int> work, TeamBarrier? barrier, bool needsAll)
    {
        if (_mostThreads <= 1 || _gate.IsHeldByCurrentThread || !_gate.TryEnter())
        {
            return false;
        }

        try
        {
            Hire(slices);
            if (needsAll && slices > _mostThreads)
            {
                return false;
            }

            RunTogether(slices, work, barrier);
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Starts the threads that are missing. If that fails, the team keeps to the threads that it has from then on.</summary>
    private void Hire(int slices)
    {
        int workers = Math.Min(slices, _mostThreads) - 1;
        try
        {
            while (_workers.Count < workers)
            {
                _workers.Add(new Worker(this, _workers.Count + 1));
            }
        }
        catch (Exception exception) when (exception is PlatformNotSupportedException or ThreadStartException or OutOfMemoryException)
        {
            _mostThreads = _workers.Count + 1;
        }
    }

    private void RunTogether(int slices, Action<int> work, TeamBarrier? barrier)
    {
        _work = work;
        _barrier = barrier;
        _slices = slices;
        _threads = Math.Min(slices, _mostThreads);
        _failure = null;
        Volatile.Write(ref _pending, _threads - 1);
        for (int thread = 1; thread < _threads; thread++)
        {
            _workers[thread - 1].Post();
        }

        Execute(0);
        for (int thread = 1; thread < _threads; thread++)
        {
            _workers[thread - 1].TryExecute();
        }

        using (PhaseClock.Enter(Phase.Waiting))
        {
            for (int look = 0; Volatile.Read(ref _pending) > 0; look++)
            {
                Patience.Wait(look);
            }
        }

        _work = s_nothing;
        _barrier = null;
        _failure?.Throw();
    }

    /// <summary>Runs the slices of one thread: that of its own number, and then each that is the number of threads further on.</summary>
    private void Execute(int thread)
    {
        for (int slice = thread; slice < _slices; slice += _threads)
        {
            try
            {
                _work(slice);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
                _barrier?.Break();
            }
        }
    }

    [SuppressMessage("Reliability", "CA1001", Justification = "A worker lives as long as the process.")]
    private sealed class Worker
    {
        /// <summary>The number of looks before a worker sleeps: some 40 microseconds, about the time that waking a thread takes.</summary>
        private const int LooksBeforeSleep = 400;
        private const int PausesPerLook = 4;

        /// <summary>The number of looks after which a worker yields, in case it has been put on the caller's core.</summary>
        private const int LooksPerYield = 16;

        private readonly WorkerTeam _team;
        private readonly int _number;
        private readonly AutoResetEvent _wake = new(false);
        private int _posted;                                    // the number of the last job for this worker
        private int _taken;                                     // the number of the last job that it or the caller began
        private bool _asleep;

        public Worker(WorkerTeam team, int number)
        {
            _team = team;
            _number = number;
            team._startThread(new Thread(Loop) { IsBackground = true, Name = $"Lstm worker {number}" });
        }

        public void Post()
        {
            // Full fences here and in AwaitPost: either the worker sees the job, or this thread sees that the worker sleeps.
            Interlocked.Increment(ref _posted);
            if (Interlocked.Exchange(ref _asleep, false))
            {
                _wake.Set();
            }
        }

        /// <summary>Does the posted job, unless the caller or the worker has already begun it.</summary>
        public void TryExecute()
        {
            int job = Volatile.Read(ref _posted);
            if (Interlocked.CompareExchange(ref _taken, job, job - 1) == job - 1)
            {
                _team.Execute(_number);
                Interlocked.Decrement(ref _team._pending);
            }
        }

        private void Loop()
        {
            for (int seen = 0; ;)
            {
                AwaitPost(seen);
                seen = Volatile.Read(ref _posted);
                TryExecute();
            }
        }

        private void AwaitPost(int seen)
        {
            for (int look = 1; look <= LooksBeforeSleep; look++)
            {
                if (Volatile.Read(ref _posted) != seen)
                {
                    return;
                }

                if (look % LooksPerYield == 0)
                {
                    Thread.Yield();
                }
                else
                {
                    Thread.SpinWait(PausesPerLook);
                }
            }

            Interlocked.Exchange(ref _asleep, true);
            bool postedMeanwhile = Volatile.Read(ref _posted) != seen;
            if (!postedMeanwhile || !Interlocked.Exchange(ref _asleep, false))
            {
                _wake.WaitOne();
            }
        }
    }
}
