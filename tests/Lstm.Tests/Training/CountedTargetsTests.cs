namespace Lstm.Tests.Training;

/// <summary>What no target counts in is no update, what was skipped is in no mean, and where nothing counts at all that is told.</summary>
public sealed class CountedTargetsTests
{
    private const int Ignored = 0;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_batch_without_targets_is_no_update(int accumulate)
    {
        // The targets of the last two windows are nothing but the ignored token.
        int[] tokens = [.. Enumerable.Range(0, 33).Select(k => k < 17 ? 1 + k % 6 : Ignored)];
        TokenWindows source = new(new TokenStreams(tokens, 1), 8);
        Sequential<double> model = Trainings.TokenModel<double>(), half = Trainings.TokenModel<double>();
        LearningRateSchedule schedule = LearningRateSchedule.Exponential(0.01, 0.5);
        WeightAverage<double> average = WeightAverage<double>.Exponential(model.Parameters, 0.5);
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double> { IgnoreIndex = Ignored }, new Adam<double>(model.Parameters), 8, 1,
            new() { Schedule = schedule, Average = average, AccumulateBatches = accumulate });
        Reports reports = new();

        TrainingResult result = trainer.Fit(source, progress: reports);
        Trainer<double, TokenWindow> other = new(
            half, new NextTokenTask<double>(), new Adam<double>(half.Parameters), 8, 1,
            new() { Schedule = schedule, AccumulateBatches = accumulate });
        TrainingResult expected = other.Fit(new TokenWindows(new TokenStreams(tokens.AsSpan(..17), 1), 8));

        result.Steps.Should().Be(2 / accumulate).And.Be(expected.Steps).And.Be(average.Steps);
        Trainings.Bits(model).Should().Equal(Trainings.Bits(half));
        trainer.Optimizer.State.Tensors[0].Values.ToArray().Should().Equal(other.Optimizer.State.Tensors[0].Values.ToArray());
        result.History[0].Training.Should().BeEquivalentTo(expected.History[0].Training);
        result.History[0].Training.Weight.Should().Be(16);
    }

    [Theory]
    [InlineData("02", 1)]
    [InlineData("120", 1)]
    [InlineData("100220", 3)]
    [InlineData("1000", 1)]
    [InlineData("00", 0)]
    public void A_group_counts_by_its_weight(string empty, int updates)
    {
        // Windows in groups of two; those of 0 have no targets.
        Sequential<double> model = Trainings.TokenModel<double>();
        TokenWindows source = Trainings.Windows(4 * 8 * empty.Length + 4);
        Trainer<double, TokenWindow> trainer = new(
            model, new MarkedTask(window => empty[window.Start / 8] == '0' ? MarkedTask.Mark.Empty : MarkedTask.Mark.None),
            new Sgd<double>(model.Parameters, 0.5), 8, 4,
            new() { AccumulateBatches = 2 });

        Action fit = () => trainer.Fit(source);

        if (updates == 0)
        {
            fit.Should().Throw<ArgumentException>()
                .WithMessage("*at least one target counts, but in an epoch of its 2 batches none does*").WithParameterName("training");
            Trainings.Bits(model).Should().Equal(Trainings.Bits(Trainings.TokenModel<double>()));
        }
        else
        {
            fit();
            trainer.History[0].Training.Weight.Should().Be(32 * empty.Count(mark => mark != '0'));
        }

        trainer.Steps.Should().Be(updates);
    }

    [Fact]
    public void An_epoch_of_nothing_is_told_and_one_of_skipped_updates_is_not()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> empty = new(
            model, new NextTokenTask<double> { IgnoreIndex = Ignored }, new Adam<double>(model.Parameters), 8, 1);
        Trainer<double, TokenWindow> skipping = new(
            model, new MarkedTask(_ => MarkedTask.Mark.NotANumber), new Adam<double>(model.Parameters), 8, 1,
            new()
            {
                NonFinite = NonFiniteHandling.SkipStep,
                MaxSkipsInTurn = 100,
                EarlyStopping = new() { Patience = 2 },
                Schedule = new ReduceOnPlateau(0.1, patience: 0),
            });
        TokenWindows source = new(new TokenStreams(new int[33], 1), 8);

        empty.Invoking(trainer => trainer.Fit(source))
            .Should().Throw<ArgumentException>().WithMessage("*4 batches*").WithParameterName("training");
        TrainingResult result = skipping.Fit(source, epochs: 3);

        (result.End, result.SkippedSteps, result.Steps)
            .Should().Be((StopReason.Epochs, 12, 0), "a round from which nothing was learned says nothing");
        result.History.Should().OnlyContain(round => double.IsNaN(round.Training.Loss) && round.Training.Weight == 0);
        empty.Invoking(trainer => trainer.Fit(new Nothing())).Should().Throw<ArgumentException>().WithMessage("*0 batches*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_validation_without_targets_is_told_before_the_first_update(bool ownSource)
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double> { IgnoreIndex = Ignored }, new Adam<double>(model.Parameters), 8, 4,
            new() { EarlyStopping = new() { Patience = 2 } });
        TokenWindows validation = new(new TokenStreams(new int[100], 4), 8);

        trainer.Invoking(t => t.Fit(Trainings.Windows(), ownSource ? new Wrapping(validation) : validation, epochs: 20))
            .Should().Throw<ArgumentException>()
            .WithMessage("*at least one target counts, but in an epoch of its 3 batches none does*").WithParameterName("validation");

        trainer.Steps.Should().Be(ownSource ? 13 : 0, "a source of one's own is asked for nothing before its time");
        validation.Position.Should().Be(new BatchPosition(0, 0, 0));
        trainer.Evaluate(validation).Loss.Should().Be(double.NaN);
    }

    [Theory]
    [InlineData("0XN1.", 2)]
    [InlineData("0N1.", 1)]
    [InlineData("0G1.", 1)]
    [InlineData("G01.", 1)]
    [InlineData("GN01", 1)]
    [InlineData("0.1", 2)]
    public void What_was_skipped_is_in_no_mean(string marks, int groups)
    {
        // N: a loss that is no number, which drops its group at once; G: a gradient that is none, noticed at the end of the group. Groups
        // are of two.
        Sequential<double> model = Trainings.TokenModel<double>(), plain = Trainings.TokenModel<double>();
        static MarkedTask TaskOf(string marks) => new(window => marks[window.Start / 8] switch
        {
            'N' => MarkedTask.Mark.NotANumber,
            'G' => MarkedTask.Mark.BadGradient,
            _ => MarkedTask.Mark.None,
        });
        Trainer<double, TokenWindow> trainer = new(
            model, TaskOf(marks), new Sgd<double>(model.Parameters, 0.5), 8, 4,
            new() { AccumulateBatches = 2, NonFinite = NonFiniteHandling.SkipStep, ProgressInterval = TimeSpan.Zero });
        Reports reports = new();

        TrainingResult result = trainer.Fit(Trainings.Windows(4 * 8 * marks.Length + 4), progress: reports);

        // By hand: each group's mean gradient, from the same states.
        Bptt<double> bptt = new(plain, 8, 4);
        TokenWindows source = Trainings.Windows(4 * 8 * marks.Length + 4);
        List<(double Loss, double[] Gradient, bool IsBad)> group = [];
        double sum = 0, count = 0, updates = 0;
        void Update()
        {
            if (group.Count > 0 && !group.Exists(batch => batch.IsBad))
            {
                for (int k = 0; k < plain.Parameters.Gradients.Length; k++)
                {
                    plain.Parameters.Values[k] -= 0.5 * group.Average(batch => batch.Gradient[k]);
                }

                (sum, count, updates) = (sum + group.Sum(batch => batch.Loss), count + group.Count, updates + 1);
            }

            group.Clear();
        }

        while (source.NextBatch() is { } window)
        {
            double loss = SoftmaxCrossEntropy.Evaluate(bptt.ForwardTokens(window.Inputs, steps: window.Steps), window.Targets, bptt.OutputGradient);
            bptt.Backward();
            group.Add((loss, plain.Parameters.Gradients.ToArray(), marks[window.Start / 8] is 'G' or 'N'));
            plain.Parameters.ClearGradients();
            if (group.Count == 2 || marks[window.Start / 8] == 'N')
            {
                Update();
            }
        }

        Update();
        result.Steps.Should().Be((long)updates).And.Be(groups);
        result.History[0].Training.Loss.Should().BeApproximately(sum / count, 1e-12);
        result.History[0].Training.Weight.Should().Be(32 * count);
        result.History[0].Training.Metrics["perplexity"].Should().BeApproximately(Math.Exp(sum / count), 1e-9);
        Numbers.ShouldAgree(model.Parameters.Values, plain.Parameters.Values, 1e-12);
        reports.All.Should().OnlyContain(report => double.IsFinite(report.Loss));
    }

    [Fact]
    public void What_an_exception_interrupted_is_in_no_mean()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        bool fails = true;
        Trainer<double, TokenWindow> trainer = new(
            model,
            new MarkedTask(window => fails && window.Start == 8 * 4 ? throw new InvalidOperationException("now") : MarkedTask.Mark.None),
            new Sgd<double>(model.Parameters, 0.5), 8, 4, new() { AccumulateBatches = 3 });
        TokenWindows source = Trainings.Windows();

        trainer.Invoking(t => t.Fit(source)).Should().Throw<InvalidOperationException>().WithMessage("now");
        fails = false;
        TrainingResult result = trainer.Fit(source);

        // 13 windows, of which one failed, and the one before it, in its group, was dropped.
        result.History[0].Training.Weight.Should().Be(396 - 2 * 32);
        result.Steps.Should().Be(1 + 3);
    }

    private sealed class Nothing : IBatchSource<TokenWindow>
    {
        public int BatchesPerEpoch => 0;

        public BatchPosition Position { get; set; }

        public TokenWindow? NextBatch() => null;
    }

    private sealed class Wrapping(IBatchSource<TokenWindow> source) : IBatchSource<TokenWindow>
    {
        public int BatchesPerEpoch => source.BatchesPerEpoch;

        public BatchPosition Position
        {
            get => source.Position;
            set => source.Position = value;
        }

        public TokenWindow? NextBatch() => source.NextBatch();
    }
}
