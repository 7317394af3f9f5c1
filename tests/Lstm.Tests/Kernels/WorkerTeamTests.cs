using Lstm.Kernels;

namespace Lstm.Tests.Kernels;

public sealed class WorkerTeamTests
{
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
