using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

public sealed class WorkerTeamTests
{
    private static WorkerTeam NewTeam(int mostThreads) => new(mostThreads, thread => thread.UnsafeStart());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_slice_runs_exactly_once(int slices)
    {
        int[] runs = new int[slices];
        for (int round = 1; round <= 1000; round++)
        {
            WorkerTeam.Shared.Run(slices, slice => Interlocked.Increment(ref runs[slice]));
            runs.Should().AllBeEquivalentTo(round, "Run waits for all slices");
        }
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        Parallel.For(0, 8, caller =>
        {
            for (int round = 0; round < 500; round++)
            {
                int sum = 0;
                WorkerTeam.Shared.Run(3, slice => Interlocked.Add(ref sum, slice + 1));
                sum.Should().Be(6);
            }
        });
    }

    [Fact]
    public void Work_may_ask_for_work()
    {
        int sum = 0;

        WorkerTeam.Shared.Run(2, _ => WorkerTeam.Shared.Run(3, slice => Interlocked.Add(ref sum, slice)));

        sum.Should().Be(6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_exception_reaches_the_caller_and_the_team_goes_on(int failing)
    {
        Action run = () => WorkerTeam.Shared.Run(2, slice =>
        {
            if (slice == failing)
            {
                throw new InvalidOperationException("as planned");
            }
        });

        run.Should().Throw<InvalidOperationException>().WithMessage("as planned");
        Every_slice_runs_exactly_once(2);
    }

    [Fact]
    public void An_interrupted_caller_still_waits_for_all_slices()
    {
        int early = 0;
        Thread caller = new(() =>
        {
            try
            {
                for (int round = 0; round < 2000; round++)
                {
                    int done = 0;
                    WorkerTeam.Shared.Run(2, _ =>
                    {
                        Thread.SpinWait(2000);
                        Interlocked.Increment(ref done);
                    });
                    early += Volatile.Read(ref done) == 2 ? 0 : 1;
                }
            }
            catch (ThreadInterruptedException)
            {
                early++;
            }
        });
        caller.Start();
        while (caller.IsAlive)
        {
            caller.Interrupt();
            Thread.Yield();
        }

        early.Should().Be(0);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(3, 7)]
    public void More_slices_than_threads_run_exactly_once(int threads, int slices)
    {
        WorkerTeam team = NewTeam(threads);
        int[] runs = new int[slices];
        for (int round = 1; round <= 200; round++)
        {
            team.Run(slices, slice => Interlocked.Increment(ref runs[slice]));
            runs.Should().AllBeEquivalentTo(round);
        }
    }

    [Fact]
    public void Where_no_thread_starts_the_caller_does_all()
    {
        int attempts = 0;
        WorkerTeam team = new(4, _ =>
        {
            attempts++;
            throw new PlatformNotSupportedException();
        });
        List<int> order = [];

        team.TryRunConcurrently(2, _ => order.Add(-1)).Should().BeFalse();
        team.Run(3, order.Add);
        team.TryRunConcurrently(1, order.Add).Should().BeTrue();

        order.Should().Equal(0, 1, 2, 0);
        attempts.Should().Be(1, "a team does not ask again");
        team.MostThreads.Should().Be(1);
    }

    [Fact]
    public void Where_the_second_thread_does_not_start_two_do_all()
    {
        int attempts = 0;
        WorkerTeam team = new(4, thread =>
        {
            if (++attempts == 2)
            {
                throw new PlatformNotSupportedException();
            }

            thread.UnsafeStart();
        });
        int[] runs = new int[4];

        team.TryRunConcurrently(4, slice => runs[slice]++).Should().BeFalse();
        team.Run(4, slice => Interlocked.Increment(ref runs[slice]));

        runs.Should().Equal(1, 1, 1, 1);
        team.MostThreads.Should().Be(2);
    }

    [Fact]
    public void A_team_of_one_starts_no_thread()
    {
        WorkerTeam team = new(1, _ => throw new InvalidOperationException("not wanted"));
        List<int> order = [];

        team.Run(3, order.Add);
        team.TryRunConcurrently(2, order.Add).Should().BeFalse();

        order.Should().Equal(0, 1, 2);
    }

    [Fact]
    public void A_busy_team_does_nothing_at_once()
    {
        WorkerTeam team = NewTeam(2);
        bool inside = true, beside = true;
        int slices = 0;

        team.Run(2, slice =>
        {
            if (slice == 0)
            {
                inside = team.TryRunConcurrently(2, _ => Interlocked.Increment(ref slices));
                Thread other = new(() => beside = team.TryRunConcurrently(2, _ => Interlocked.Increment(ref slices)));
                other.Start();
                other.Join();
            }
        });

        (inside, beside, slices).Should().Be((false, false, 0));
    }

    [Fact]
    public void What_a_late_worker_has_not_begun_the_caller_takes_over()
    {
        ManualResetEventSlim late = new(false);
        WorkerTeam team = new(2, thread => new Thread(() =>
        {
            late.Wait();
            thread.UnsafeStart();
        })
        { IsBackground = true }.Start());
        int caller = Environment.CurrentManagedThreadId;
        List<(int, int)> work = [];

        team.Run(2, slice => work.Add((slice, Environment.CurrentManagedThreadId)));

        work.Should().Equal((0, caller), (1, caller));
        late.Set();
        int[] runs = new int[2];
        for (int round = 1; round <= 1000; round++)
        {
            team.Run(2, slice => Interlocked.Increment(ref runs[slice]));
            runs.Should().Equal(round, round);
        }
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(2, 2)]
    [InlineData(7, 1)]
    public void Slices_cover_all_rows_in_order(int count, int slices)
    {
        int next = 0;
        for (int slice = 0; slice < slices; slice++)
        {
            (int start, int end) = WorkerTeam.Slice(count, slice, slices);
            start.Should().Be(next);
            (end - start).Should().BeInRange(count / slices, count / slices + 1);
            next = end;
        }

        next.Should().Be(count);
    }
}
