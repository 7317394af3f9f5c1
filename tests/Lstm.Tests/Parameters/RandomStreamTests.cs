using Lstm.Numerics;

namespace Lstm.Tests.Parameters;

/// <summary>No two purposes share random numbers, though all of them are given one seed.</summary>
public sealed class RandomStreamTests
{
    private const ulong Seed = 7;
    private const ulong MostBlocks = 1UL << 31;

    private static readonly long[] s_epochs =
    [
        0, 1, 2, (1L << 61) - 1, 1L << 61, (1L << 61) + 1, 1L << 62, 3L << 61, long.MaxValue - 1, long.MaxValue,
    ];
    private static readonly long[] s_segments = [0, 1, 2, 1L << 47, 1L << 48, (1L << 48) + 1, 1L << 62, long.MaxValue - 1, long.MaxValue];
    private static readonly uint[] s_masks = [0, 1, 2, ushort.MaxValue, ushort.MaxValue + 1, uint.MaxValue - 1, uint.MaxValue];

    /// <summary>Where each purpose begins at the ends of its ranges, and the most blocks that it draws.</summary>
    private static List<(UInt128 First, UInt128 Blocks)> Ranges()
    {
        UInt128 all = (UInt128)ulong.MaxValue + 1;
        List<(UInt128, UInt128)> ranges = [(RandomStream.GradientCheck, all)];
        ranges.AddRange(new[] { 0, 1, 2, int.MaxValue - 1, int.MaxValue }.Select(parameter => (RandomStream.Weights(parameter), all)));
        ranges.AddRange(s_epochs.Select(epoch => (RandomStream.Items(epoch), (UInt128)MostBlocks)));
        ranges.AddRange(s_epochs.Select(epoch => (RandomStream.Batches(epoch), (UInt128)MostBlocks)));
        ranges.AddRange(s_segments.SelectMany(segment => s_masks.Select(mask => (RandomStream.Mask(segment, mask), (UInt128)MostBlocks))));
        return ranges;
    }

    [Fact]
    public void Ranges_of_counters_do_not_overlap()
    {
        List<(UInt128 First, UInt128 Blocks)> ranges = [.. Ranges().OrderBy(range => range.First)];

        foreach (((UInt128 first, UInt128 blocks), (UInt128 next, _)) in ranges.Zip(ranges.Skip(1)))
        {
            (next - first).Should().BeGreaterThanOrEqualTo(blocks, "the range at {0:x} must end before {1:x}", first, next);
        }
    }

    /// <summary>A block is another one for every counter, so blocks of 128 bits that are equal would have one counter.</summary>
    [Fact]
    public void No_block_is_drawn_for_two_purposes()
    {
        List<UInt128> blocks = [];
        foreach ((UInt128 first, UInt128 count) in Ranges())
        {
            for (uint k = 0; k < 32; k++)
            {
                blocks.Add(PhiloxBlocks.Block(first + k, Seed));
                blocks.Add(PhiloxBlocks.Block(first + (count - 1 - k), Seed));
            }
        }

        blocks.Distinct().Should().HaveCount(blocks.Count);
    }

    /// <summary>A weight takes two words, the elements of a mask one each.</summary>
    [Fact]
    public void Masks_do_not_follow_the_signs_of_the_weights()
    {
        Embedding<float> table = new(1000, 64);
        Sequential<float> model = new(table, new Dropout<float>(64, 0.5));
        model.Initialize(Seed);
        Bptt<float> bptt = new(new Sequential<float>(new Dropout<float>(64, 0.5)), steps: 1000, batch: 2, new() { Seed = Seed });
        float[] mask = bptt.Forward([.. Enumerable.Repeat(1f, 1000 * 2 * 64)]).ToArray(), weights = table.Table.Value.ToArray();

        foreach (int stride in new[] { 1, 2 })
        {
            int agree = Enumerable.Range(0, weights.Length).Count(i => mask[stride * i] > 0 == weights[i] < 0);

            // A standard deviation is 126.
            agree.Should().BeCloseTo(weights.Length / 2, 5 * 126, "of every element {0}", stride);
        }
    }

    [Fact]
    public void Weights_masks_and_orders_are_drawn_where_the_table_says()
    {
        Dense<double> last = new(4, 4, Initializer.Uniform(1));
        Sequential<double> model = new(new Dense<double>(4, 4), new Dropout<double>(4, 0.5), last);
        model.Initialize(Seed);
        Philox random = new(Seed, RandomStream.Weights(2));
        double[] weights = new double[16], mask = new double[8];
        Initializer.Uniform(1).Fill(weights, [4, 4], 1, () => random.NextUniform());
        model.Parameters["2.W"].Value.ToArray().Should().Equal(weights);

        Sequential<double> masks = new(new Dropout<double>(8, 0.5), new Dropout<double>(8, 0.25));
        Bptt<double> bptt = new(masks, steps: 4, batch: 1, new() { Seed = Seed, SegmentSteps = 2 });
        bptt.WindowCount = 5;
        double[] y = bptt.Forward([.. Enumerable.Repeat(1.0, 32)]).ToArray(), expected = [.. Enumerable.Repeat(1.0, 32)];
        for (int t = 0; t < 4; t++)
        {
            foreach ((uint id, double keep) in new[] { (0u, 0.5), (1u, 0.75) })
            {
                DropoutMask.Fill(Seed, RandomStream.Mask((5 * 2) + (t / 2), id), t % 2, keep, 1 / keep, mask);
                for (int j = 0; j < 8; j++)
                {
                    expected[(t * 8) + j] *= mask[j];
                }
            }
        }

        y.Should().Equal(expected);
    }

    /// <summary>Numbers of windows were shifted by 16 bits, so that those of window 2^48 were those of window 0.</summary>
    [Theory]
    [InlineData(1L << 48)]
    [InlineData(1L << 62)]
    [InlineData(long.MaxValue - 1)]
    public void Masks_of_a_late_window_are_its_own(long window)
    {
        double[] x = [.. Enumerable.Repeat(1.0, 256)];
        double[] MasksOf(long number, LstmOptions? options)
        {
            Sequential<double> model = options is null
                ? new(new Dropout<double>(64, 0.5))
                : new(new LstmLayer<double>(64, 64, options));
            Bptt<double> bptt = new(model, steps: 4, batch: 1, new() { Seed = Seed }) { WindowCount = number };
            return bptt.Forward(x).ToArray();
        }

        LstmOptions?[] kinds = [null, new() { WeightDropout = 0.5 }, new() { HiddenDropout = 0.5 }, new() { ZoneoutCell = 0.5 }];
        foreach (LstmOptions? options in kinds)
        {
            MasksOf(window, options).Should().NotEqual(MasksOf(0, options));
            MasksOf(window, options).Should().Equal(MasksOf(window, options));
        }
    }

    [Fact]
    public void More_windows_than_can_be_numbered_are_refused()
    {
        Bptt<double> bptt = new(new Sequential<double>(new Dropout<double>(1, 0.5)), steps: 6, batch: 1, new() { SegmentSteps = 2 });
        long most = long.MaxValue / 3;
        bptt.WindowCount = most - 1;

        bptt.Invoking(b => b.WindowCount = most + 1).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"*0 to {most} windows*");
        bptt.Invoking(b => b.WindowCount = -1).Should().Throw<ArgumentOutOfRangeException>();
        bptt.Forward(new double[6]);
        bptt.Invoking(b => b.Forward(new double[6])).Should().Throw<InvalidOperationException>()
            .WithMessage("*no more can be numbered*WindowCount*");
        bptt.WindowCount = 0;
        bptt.Forward(new double[6]);
    }
}
