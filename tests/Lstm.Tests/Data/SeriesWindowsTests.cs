namespace Lstm.Tests.Data;

public sealed class SeriesWindowsTests
{
    [Fact]
    public void Inputs_are_time_major_and_targets_a_row_for_each_window()
    {
        SeriesWindows<double> windows = new(Sources.Series(6, 2), history: 2, horizon: 2, batch: 2, new() { TargetColumns = [1] });

        SeriesBatch<double> batch = windows.NextBatch()!;

        windows.Count.Should().Be(3);
        windows.BatchesPerEpoch.Should().Be(2);
        batch.Inputs.ToArray().Should().Equal(0, 0.25, 1, 1.25, 1, 1.25, 2, 2.25);
        batch.Targets.ToArray().Should().Equal(2.25, 3.25, 3.25, 4.25);
        batch.Lengths.ToArray().Should().Equal(2, 2);
        batch.Starts.ToArray().Should().Equal(0, 1);

        batch = windows.NextBatch()!;

        batch.Count.Should().Be(1);
        batch.Inputs.ToArray().Should().Equal(2, 2.25, 0, 0, 3, 3.25, 0, 0);
        batch.Targets.ToArray().Should().Equal(4.25, 5.25, 0, 0);
        batch.Lengths.ToArray().Should().Equal(2, 0);
        batch.Starts.ToArray().Should().Equal(2, -1);
    }

    [Fact]
    public void Target_columns_keep_their_order()
    {
        SeriesWindows<double> windows = new(Sources.Series(6, 3), history: 2, horizon: 2, batch: 1, new() { TargetColumns = [2, 0] });

        windows.NextBatch()!.Targets.ToArray().Should().Equal(2.5, 2, 3.5, 3);
    }

    [Theory]
    [InlineData(1, 44)]
    [InlineData(3, 15)]
    [InlineData(44, 1)]
    public void Every_window_comes_once_in_every_epoch_in_another_order(int stride, int count)
    {
        SeriesWindows<double> windows = Sources.Windows(new() { Shuffle = true, Stride = stride });
        int[][] epochs = [Starts(windows), Starts(windows), Starts(windows)];

        windows.Count.Should().Be(count);
        foreach (int[] starts in epochs)
        {
            starts.Order().Should().Equal(Enumerable.Range(0, count).Select(window => window * stride));
        }

        if (count > 1)
        {
            epochs[0].Should().NotEqual(epochs[1]).And.NotEqual(epochs[0].Order());
            epochs[1].Should().NotEqual(epochs[2]);
        }
    }

    [Fact]
    public void Unfilled_batches_are_dropped_on_demand()
    {
        SeriesWindows<double> windows = Sources.Windows(new() { Shuffle = true, DropLast = true });
        HashSet<int> seen = [.. Starts(windows)];

        windows.BatchesPerEpoch.Should().Be(5);
        seen.Should().HaveCount(40);
        for (int epoch = 1; epoch < 20; epoch++)
        {
            seen.UnionWith(Starts(windows));
        }

        seen.Should().HaveCount(44, "each epoch leaves other windows out");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_window_crosses_a_border(bool historyBefore)
    {
        const int History = 5, Horizon = 2;
        TimeSplit split = TimeSplit.ByLengths(50, 20, 12, 14);
        List<int> targets = [];
        foreach (Range part in new[] { split.Training, split.Validation, split.Test })
        {
            SeriesWindows<double> windows = Sources.Windows(new() { Rows = part, HistoryBeforeRows = historyBefore, Shuffle = true });
            int first = part.Start.Value - (historyBefore && part.Start.Value > 0 ? History : 0);
            int[] starts = Starts(windows);
            starts.Order().Should().Equal(Enumerable.Range(first, part.End.Value - History - Horizon - first + 1));
            targets.AddRange(starts.SelectMany(start => Enumerable.Range(start + History, Horizon)).Distinct());
        }

        targets.Should().OnlyHaveUniqueItems("a row is a target in one part alone");
        targets.Should().HaveCount(historyBefore ? 46 - History : 46 - 3 * History);
    }

    /// <summary>The counts of Zhou et al., "Informer" (2021), on ETTh1 with a history of 96 and a horizon of 24.</summary>
    [Fact]
    public void Windows_are_as_many_as_in_the_usual_evaluation_of_the_ETT_data()
    {
        Series<float> series = new(new float[17420], columns: 1);
        TimeSplit split = TimeSplit.ByLengths(series.Rows, 12 * 30 * 24, 4 * 30 * 24, 4 * 30 * 24);
        int Count(Range rows, bool historyBefore) =>
            new SeriesWindows<float>(series, 96, 24, 32, new() { Rows = rows, HistoryBeforeRows = historyBefore }).Count;

        Count(split.Training, false).Should().Be(8640 - 96 - 24 + 1);
        Count(split.Validation, true).Should().Be(2880 - 24 + 1);
        Count(split.Test, true).Should().Be(2880 - 24 + 1);
    }

    [Fact]
    public void Filled_up_sequences_change_no_loss()
    {
        Series<double> series = Sources.Series(12, 2);
        Sequential<double> model = new(new LstmLayer<double>(2, 3), new Dense<double>(3, 2));
        model.Initialize(4);

        double Loss(int batch)
        {
            SeriesWindows<double> windows = new(series, history: 3, horizon: 1, batch);
            Bptt<double> bptt = new(model, 3, batch, new() { ForwardOnly = true });
            double sum = 0;
            while (windows.NextBatch() is { } b)
            {
                bptt.ResetState();
                sum += MeanSquaredError.Evaluate(
                    bptt.Forward(b.Inputs, b.Lengths), b.Targets, reduction: Reduction.Sum, steps: LossSteps.Last(3, b.Lengths));
            }

            return sum;
        }

        Loss(batch: 4).Should().BeApproximately(Loss(batch: 1), 1e-10).And.BeGreaterThan(1);
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        static Action Make(int history, int batch, SeriesWindowOptions options) =>
            () => _ = new SeriesWindows<double>(Sources.Series(9, 2), history, 3, batch, options);

        Make(7, 1, new()).Should().Throw<ArgumentException>().WithParameterName("series").WithMessage("*7 + 3 = 10*there are 9*");
        Make(2, 1, new() { Rows = 3..7 }).Should().Throw<ArgumentException>().WithMessage("*2 + 3 = 5*there are 4*part is 4 rows from row 3*");
        Make(2, 1, new() { Rows = 3..10 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options").WithMessage("*9 rows*");
        Make(2, 1, new() { Stride = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options");
        Make(2, 1, new() { TargetColumns = [0, 2] }).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*columns in [0, 2)*");
        Make(2, 1, new() { TargetColumns = [] }).Should().Throw<ArgumentException>().WithMessage("*at least one target column*");
        Make(2, 6, new() { DropLast = true }).Should().Throw<ArgumentException>().WithParameterName("batch").WithMessage("*6 windows*there are 5*");
        Make(0, 1, new()).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("history");
    }

    private static int[] Starts(SeriesWindows<double> windows)
    {
        List<int> starts = [];
        while (windows.NextBatch() is { } batch)
        {
            starts.AddRange(batch.Starts[..batch.Count]);
        }

        return [.. starts];
    }
}
