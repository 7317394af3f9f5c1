using System.Runtime.CompilerServices;

namespace Lstm.Tests.Data;

public sealed class PrefetchTests
{
    [Fact]
    public void Batches_are_those_of_the_source()
    {
        using PrefetchingSource<PaddedBatch<float>> prefetch = new(Sources.Padded());

        Sources.Read(prefetch, Sources.Describe, 20).Should().Equal(Sources.Read(Sources.Padded(), Sources.Describe, 20));
    }

    [Fact]
    public void A_batch_stays_as_it_is_until_the_next_call()
    {
        using Gate source = new();
        using PrefetchingSource<int[]> prefetch = new(source);
        int[] first = prefetch.NextBatch()!;
        source.AwaitFilled(1);

        first[0].Should().Be(0, "the next one is made in other buffers");
        int[] second = prefetch.NextBatch()!;
        source.AwaitFilled(2);

        second.Should().NotBeSameAs(first);
        second[0].Should().Be(1);
    }

    [Fact]
    public void The_position_is_that_of_the_caller_and_not_of_what_is_prepared()
    {
        using Gate source = new();
        PrefetchingSource<int[]> prefetch = new(source);
        prefetch.NextBatch();
        prefetch.NextBatch();
        source.AwaitFilled(2);

        prefetch.Position.Should().Be(new BatchPosition(0, 0, 2));
        prefetch.Dispose();
        source.Position.Should().Be(new BatchPosition(0, 0, 2));
        source.NextBatch()![0].Should().Be(2);
    }

    [Fact]
    public void It_goes_on_from_where_it_is_set()
    {
        using Gate source = new();
        using PrefetchingSource<int[]> prefetch = new(source);
        prefetch.NextBatch();
        source.AwaitFilled(1);

        prefetch.Position = new BatchPosition(0, 3, 1);

        prefetch.NextBatch()![0].Should().Be(31);
        prefetch.NextBatch()![0].Should().Be(32);
        prefetch.Position = new BatchPosition(0, 3, Gate.Batches);
        prefetch.NextBatch().Should().BeNull();
        prefetch.NextBatch()![0].Should().Be(40);
    }

    [Fact]
    public void The_next_epoch_is_prepared_too()
    {
        using Gate source = new();
        using PrefetchingSource<int[]> prefetch = new(source);
        for (int k = 0; k < Gate.Batches; k++)
        {
            prefetch.NextBatch();
        }

        source.AwaitFilled(10);
        prefetch.NextBatch().Should().BeNull();
        prefetch.NextBatch()![0].Should().Be(10);
    }

    [Fact]
    public void An_error_comes_out_where_its_batch_is_wanted_with_its_stack_and_can_be_overcome()
    {
        using Gate source = new() { FailsAt = 1 };
        using PrefetchingSource<int[]> prefetch = new(source);

        prefetch.NextBatch()![0].Should().Be(0);
        source.AwaitFilled(1);
        Action next = () => prefetch.NextBatch();

        next.Should().Throw<InvalidDataException>().Which.StackTrace.Should().Contain(nameof(Gate.ReadDamaged));
        prefetch.Position.Batch.Should().Be(1, "the batch was not had");
        next.Should().Throw<InvalidDataException>("it is tried again");
        source.FailsAt = -1;
        prefetch.NextBatch()![0].Should().Be(1);
    }

    [Fact]
    public async Task Disposing_waits_for_the_batch_that_is_being_made()
    {
        using Gate source = new();
        PrefetchingSource<int[]> prefetch = new(source);
        prefetch.NextBatch();
        source.AwaitFilled(1);
        source.Close();
        prefetch.NextBatch();
        source.AwaitEntered(2);

        Task<bool> isInUseAfterwards = Task.Run(() =>
        {
            prefetch.Dispose();
            return source.InUse;
        });
        await Task.Delay(50);
        source.Open();

        (await isInUseAfterwards).Should().BeFalse();
        prefetch.Dispose();
        prefetch.Invoking(p => p.NextBatch()).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Nobody_uses_the_source_at_the_same_time()
    {
        for (int run = 0; run < 200; run++)
        {
            using Gate source = new();
            using PrefetchingSource<int[]> prefetch = new(source);
            for (int k = 0; k < 12; k++)
            {
                int[]? batch = prefetch.NextBatch();
                (batch?[0]).Should().Be(k % 4 == 3 ? null : k / 4 * 10 + k % 4);
                if (k == run % 12)
                {
                    prefetch.Position = new BatchPosition(0, k / 4, k % 4 == 3 ? 3 : k % 4);
                    prefetch.Position = new BatchPosition(0, (k + 1) / 4, (k + 1) % 4);
                }
            }

            source.WasShared.Should().BeFalse();
        }
    }

    [Fact]
    public void Warm_steps_allocate_nothing()
    {
        using PrefetchingSource<SeriesBatch<double>> prefetch = new(Sources.Windows());
        void Steps()
        {
            for (int k = 0; k < 100; k++)
            {
                prefetch.NextBatch();
            }
        }

        Allocations.LeastOf(Steps).Should().Be(0);
    }

    /// <summary>A source of numbers, 10 epoch + batch, that can be held within a batch.</summary>
    private sealed class Gate() : BatchSource<int[]>(seed: 0), IDisposable
    {
        public const int Batches = 3;

        private readonly ManualResetEventSlim _open = new(initialState: true);
        private int _inUse;
        private volatile int _entered = -1, _filled = -1, _failsAt = -1;

        public int FailsAt
        {
            get => _failsAt;
            set => _failsAt = value;
        }

        public bool WasShared { get; private set; }

        public bool InUse => Volatile.Read(ref _inUse) != 0;

        public override int BatchesPerEpoch => Batches;

        public void Close() => _open.Reset();

        public void Open() => _open.Set();

        public void AwaitEntered(int number) => SpinWait.SpinUntil(() => _entered == number);

        public void AwaitFilled(int number) => SpinWait.SpinUntil(() => _filled == number && !InUse);

        public void Dispose() => _open.Dispose();

        protected internal override int[] CreateBatch() => new int[1];

        protected internal override void Fill(int[] batch, BatchPosition position)
        {
            WasShared |= Interlocked.Increment(ref _inUse) != 1;
            int number = 10 * (int)position.Epoch + position.Batch;
            _entered = number;
            try
            {
                _open.Wait();
                batch[0] = number == FailsAt ? ReadDamaged() : number;
            }
            finally
            {
                _filled = number;
                Interlocked.Decrement(ref _inUse);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static int ReadDamaged() => throw new InvalidDataException("damaged");
    }
}
