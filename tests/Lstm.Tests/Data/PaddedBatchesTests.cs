namespace Lstm.Tests.Data;

public sealed class PaddedBatchesTests
{
    public static TheoryData<bool, int, bool> Orders => new()
    {
        { false, 1, false }, { true, 1, false }, { false, 3, false }, { true, 3, false }, { true, int.MaxValue, false }, { false, 1, true },
        { true, 3, true }, { true, int.MaxValue, true },
    };

    [Fact]
    public void Sequences_lie_side_by_side_and_are_padded_to_the_longest()
    {
        SequenceSet<double> set = new(features: 2, classes: 4);
        set.Add([1, 2], 3);
        set.Add([3, 4, 5, 6], 0);
        set.Add([7, 8, 9, 10, 11, 12], 1);
        PaddedBatches<double> batches = new(set, batch: 2);

        PaddedBatch<double> batch = batches.NextBatch()!;

        (batches.MaxSteps, batch.Steps, batch.Count).Should().Be((3, 2, 2));
        batch.Inputs.ToArray().Should().Equal(1, 2, 3, 4, 0, 0, 5, 6);
        batch.Lengths.ToArray().Should().Equal(1, 2);
        batch.Labels.ToArray().Should().Equal(3, 0);
        batch.Targets.IsEmpty.Should().BeTrue();

        batch = batches.NextBatch()!;

        (batch.Steps, batch.Count).Should().Be((3, 1));
        batch.Inputs.ToArray().Should().Equal(7, 8, 0, 0, 9, 10, 0, 0, 11, 12, 0, 0);
        batch.Lengths.ToArray().Should().Equal(3, 0);
        batch.Labels.ToArray().Should().Equal(1, -1);
        batch.Sequences.ToArray().Should().Equal(2, -1);
    }

    [Fact]
    public void The_next_step_is_the_target()
    {
        SequenceSet<int> set = new();
        set.Add([1, 2]);
        set.Add([3, 4, 5, 6]);
        PaddedBatches<int> batches = new(set, batch: 3, new() { PredictNext = true });

        PaddedBatch<int> batch = batches.NextBatch()!;

        (batches.MaxSteps, batch.Steps, batch.Count).Should().Be((3, 3, 2));
        batch.Inputs.ToArray().Should().Equal(1, 3, 0, 2, 4, 0, 0, 5, 0);
        batch.Targets.ToArray().Should().Equal(2, 4, 0, 0, 5, 0, 0, 6, 0);
        batch.Lengths.ToArray().Should().Equal(1, 3, 0);
        batch.Labels.ToArray().Should().Equal(-1, -1, -1);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Every_sequence_comes_once_in_an_epoch_whole_and_with_its_label(bool shuffle, int bucket, bool dropLast)
    {
        SequenceSet<float> set = Sources.Set();
        PaddedBatches<float> batches = new(set, 4, new() { Shuffle = shuffle, BucketBatches = bucket, DropLast = dropLast, Seed = 3 });
        HashSet<int> ever = [];
        for (int epoch = 0; epoch < 30; epoch++)
        {
            List<int> seen = [];
            while (batches.NextBatch() is { } batch)
            {
                batch.Count.Should().BeInRange(1, 4);
                batch.Steps.Should().Be(batch.Lengths.ToArray().Max());
                CheckValues(set, batch);
                seen.AddRange(batch.Sequences[..batch.Count]);
            }

            seen.Should().OnlyHaveUniqueItems().And.HaveCount(dropLast ? 44 : 45);
            ever.UnionWith(seen);
        }

        ever.Should().HaveCount(dropLast && !shuffle ? 44 : 45, "a shuffled epoch leaves another one out each time, the longest among them");
    }

    [Fact]
    public void Epochs_have_orders_of_their_own_and_seeds_too()
    {
        PaddedBatches<float> one = Sources.Padded(), same = Sources.Padded();
        PaddedBatches<float> other = Sources.Padded(new() { Shuffle = true, Seed = 6, BucketBatches = 3 });

        int[] first = Sequences(one);

        first.Should().Equal(Sequences(same)).And.NotEqual(Sequences(one)).And.NotEqual(Sequences(other));
        Sequences(Sources.Padded(new())).Should().Equal(Enumerable.Range(0, 45));
    }

    [Fact]
    public void Buckets_lessen_the_padding()
    {
        double alone = PaddingOf(1), some = PaddingOf(3), all = PaddingOf(int.MaxValue);

        alone.Should().BeGreaterThan(0.3);
        some.Should().BeLessThan(alone * 0.7);
        all.Should().BeLessThan(0.1);
    }

    [Fact]
    public void Batches_of_buckets_do_not_come_by_length()
    {
        PaddedBatches<float> batches = Sources.Padded(new() { Shuffle = true, BucketBatches = int.MaxValue });
        List<int> steps = [];
        while (batches.NextBatch() is { } batch)
        {
            steps.Add(batch.Steps);
        }

        steps.Should().HaveCount(12).And.NotEqual(steps.Order()).And.NotEqual(steps.OrderDescending());
    }

    [Fact]
    public void Every_order_of_four_comes_about_equally_often()
    {
        const int Draws = 24_000;
        Dictionary<int, int> counts = [];
        Span<int> order = stackalloc int[4];
        for (int epoch = 0; epoch < Draws; epoch++)
        {
            RandomOrder.Reset(order);
            RandomOrder.Shuffle(order, seed: 1, RandomStream.Items(epoch));
            int name = order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3];
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        // 1000 expected of each, with a standard deviation of 31.
        counts.Should().HaveCount(24);
        counts.Values.Should().OnlyContain(count => count > 850 && count < 1150);
    }

    [Fact]
    public void Sets_without_a_batch_are_refused()
    {
        Action empty = () => _ = new PaddedBatches<float>(new SequenceSet<float>(), 1);
        Action few = () => _ = new PaddedBatches<float>(Sources.Set(3), 4, new() { DropLast = true });
        Action buckets = () => _ = new PaddedBatches<float>(Sources.Set(3), 4, new() { BucketBatches = 0 });
        Action single = () => _ = new PaddedBatches<float>(Sources.Set(40), 4, new() { PredictNext = true });

        empty.Should().Throw<ArgumentException>().WithParameterName("set");
        few.Should().Throw<ArgumentException>().WithParameterName("batch").WithMessage("*4 sequences*there are 3*");
        buckets.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options");
        single.Should().Throw<MalformedDataException>().Which.Sequence.Should().Be(0);
    }

    private static void CheckValues(SequenceSet<float> set, PaddedBatch<float> batch)
    {
        for (int b = 0; b < 4; b++)
        {
            int sequence = batch.Sequences[b], length = sequence < 0 ? 0 : set.LengthOf(sequence);
            batch.Lengths[b].Should().Be(length);
            batch.Labels[b].Should().Be(sequence < 0 ? -1 : sequence % 3);
            for (int t = 0; t < batch.Steps; t++)
            {
                float expected = t < length ? sequence + 1 : 0;
                batch.Inputs.Slice((t * 4 + b) * 2, 2).ToArray().Should().Equal(expected, expected);
            }
        }
    }

    private static int[] Sequences(PaddedBatches<float> batches)
    {
        List<int> sequences = [];
        while (batches.NextBatch() is { } batch)
        {
            sequences.AddRange(batch.Sequences[..batch.Count]);
        }

        return [.. sequences];
    }

    /// <summary>The share of the steps that are padding, but that which fills up the last batch.</summary>
    private static double PaddingOf(int bucket)
    {
        PaddedBatches<float> batches = Sources.Padded(new() { Shuffle = true, BucketBatches = bucket });
        int steps = 0, used = 0;
        while (batches.NextBatch() is { } batch)
        {
            steps += batch.Steps * batch.Count;
            used += batch.Lengths.ToArray().Sum();
        }

        return 1 - (double)used / steps;
    }
}
