using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>Slices that wait for each other, on more threads than the machine may have processors.</summary>
public sealed class TeamBarrierTests
{
    private static WorkerTeam NewTeam(int mostThreads) => new(mostThreads, thread => thread.UnsafeStart());

    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(2, 20_000)]
    [InlineData(3, 2_000)]
    [InlineData(5, 500)]
    public void Every_slice_sees_what_all_wrote_before(int slices, int rounds)
    {
        WorkerTeam team = NewTeam(slices);
        TeamBarrier barrier = new(slices);
        int[] written = new int[slices * 16];
        int stale = 0;

        team.TryRunConcurrently(slices, slice =>
        {
            for (int round = 1; round <= rounds; round++)
            {
                written[slice * 16] = round;
                barrier.Wait();
                for (int other = 0; other < slices; other++)
                {
                    if (written[other * 16] != round)
                    {
                        Interlocked.Increment(ref stale);
                    }
                }

                barrier.Wait();
            }
        }, barrier).Should().BeTrue();

        stale.Should().Be(0);
        written.Where((_, k) => k % 16 == 0).Should().AllBeEquivalentTo(rounds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_slice_that_fails_sets_the_others_free_and_its_exception_is_the_one_that_is_seen(int failing)
    {
        const int Slices = 3;
        WorkerTeam team = NewTeam(Slices);
        TeamBarrier barrier = new(Slices);
        for (int round = 0; round < 50; round++)
        {
            Action run = () => team.TryRunConcurrently(Slices, slice =>
            {
                barrier.Wait();
                if (slice == failing)
                {
                    throw new NotSupportedException("as planned");
                }

                barrier.Wait();
            }, barrier);

            run.Should().Throw<NotSupportedException>().WithMessage("as planned");
        }

        int met = 0;
        team.TryRunConcurrently(Slices, _ =>
        {
            barrier.Wait();
            Interlocked.Increment(ref met);
            barrier.Wait();
        }, barrier).Should().BeTrue();
        met.Should().Be(Slices, "the barrier is as new");
    }
}
