namespace Lstm.Tests.Data;

/// <summary>What holds for sources of every kind.</summary>
public sealed class BatchSourceTests
{
    private const int Epochs = 3;

    [Fact]
    public void Token_windows_resume_as_they_would_have_gone_on() => Resume(() => Sources.Tokens(), Sources.Describe);

    [Fact]
    public void Series_windows_resume_as_they_would_have_gone_on() => Resume(() => Sources.Windows(), Sources.Describe);

    [Fact]
    public void Padded_batches_resume_as_they_would_have_gone_on() => Resume(() => Sources.Padded(), Sources.Describe);

    [Fact]
    public void A_position_brings_its_seed()
    {
        SeriesWindows<double> saved = Sources.Windows(new() { Shuffle = true, Seed = 1 });
        SeriesWindows<double> resumed = Sources.Windows(new() { Shuffle = true, Seed = 2 });
        List<string> other = Sources.Read(resumed, Sources.Describe, 1);
        resumed.Position = saved.Position;

        Sources.Read(resumed, Sources.Describe, 1).Should().Equal(Sources.Read(saved, Sources.Describe, 1)).And.NotEqual(other);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 5)]
    public void What_is_no_position_is_refused(long epoch, int batch)
    {
        TokenWindows windows = Sources.Tokens();
        using PrefetchingSource<TokenWindow> prefetch = new(Sources.Tokens());
        BatchPosition position = new(0, epoch, batch);

        windows.Invoking(source => source.Position = position).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0 to 4 batches*");
        prefetch.Invoking(source => source.Position = position).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("value");
    }

    [Fact]
    public void Warm_batches_allocate_nothing_in_epochs_to_come_either()
    {
        Allocated(Sources.Tokens()).Should().Be(0);
        Allocated(Sources.Windows()).Should().Be(0);
        Allocated(Sources.Padded()).Should().Be(0);
    }

    private static long Allocated<TBatch>(BatchSource<TBatch> source)
        where TBatch : class
    {
        void Epoch()
        {
            while (source.NextBatch() is not null)
            {
            }
        }

        return Allocations.LeastOf(Epoch, repetitions: 5);
    }

    /// <summary>From the position after every batch and every end of an epoch, a source made anew gives what followed.</summary>
    private static void Resume<TBatch>(Func<BatchSource<TBatch>> create, Func<TBatch, string> describe)
        where TBatch : class
    {
        List<string> all = Sources.Read(create(), describe, Epochs);
        all.Should().HaveCount(Epochs * (create().BatchesPerEpoch + 1));
        BatchSource<TBatch> source = create();
        for (int done = 0; done < all.Count; done++)
        {
            BatchSource<TBatch> resumed = create();
            resumed.Position = source.Position;
            using PrefetchingSource<TBatch> ahead = new(resumed);
            int epochs = all.Skip(done).Count(text => text == "end");

            Sources.Read(ahead, describe, epochs).Should().Equal(all.Skip(done), "{0} calls were made before", done);

            TBatch? batch = source.NextBatch();
            (batch is null ? "end" : describe(batch)).Should().Be(all[done]);
        }
    }
}
