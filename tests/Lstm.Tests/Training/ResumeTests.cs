using Lstm.Tests.Formats;

namespace Lstm.Tests.Training;

/// <summary>A run that was stopped and resumed has the bits of one that was not: weights, history and the end.</summary>
public sealed class ResumeTests
{
    private const int Epochs = 6;

    /// <summary>A training that is made anew as a new process would make it.</summary>
    private sealed class Run<TBatch> : IDisposable
        where TBatch : class
    {
        private readonly PrefetchingSource<TBatch> _training;
        private readonly BatchSource<TBatch> _validation;

        public Run(
            Func<Sequential<double>> create, TrainingTask<double, TBatch> task, BatchSource<TBatch> training, BatchSource<TBatch> validation, int steps,
            int batch, Func<TrainerOptions<double>, TrainerOptions<double>>? change = null)
        {
            Sequential<double> model = create();
            TrainerOptions<double> options = new()
            {
                Schedule = new ReduceOnPlateau(0.02, factor: 0.5, patience: 0).AfterWarmUp(4),
                ClipByGlobalNorm = 0.4,
                EarlyStopping = new() { Patience = 3 },
                Average = WeightAverage<double>.Exponential(model.Parameters, 0.8),
                Bptt = new() { Seed = 11 },
                CheckpointSteps = 1,
                Checkpoints = Checkpoints.Add,
            };
            Trainer = new(model, task, new Adam<double>(model.Parameters), steps, batch, change?.Invoke(options) ?? options);
            (_training, _validation) = (new PrefetchingSource<TBatch>(training), validation);
        }

        public Trainer<double, TBatch> Trainer { get; }

        public List<Checkpoint<double>> Checkpoints { get; } = [];

        public TrainingResult Fit(IProgress<TrainingProgress>? progress = null, CancellationToken stop = default) =>
            Trainer.Fit(_training, _validation, Epochs, progress, stop);

        public void Dispose() => _training.Dispose();
    }

    private static readonly LstmOptions Noisy = new() { RecurrentDropout = 0.2, ZoneoutHidden = 0.1, ZoneoutCell = 0.1, LearnInitialState = true };

    private static Run<PaddedBatch<double>> Sequences(Func<TrainerOptions<double>, TrainerOptions<double>>? change = null) => new(
        () => Trainings.SequenceModel(options: Noisy),
        new ClassificationTask<double>() { Metrics = [new Accuracy(), F1Score.Macro(2)], LabelSmoothing = 0.1, ClassCounts = [3, 4] },
        new PaddedBatches<double>(Trainings.Sequences(40), 8, new() { Shuffle = true, BucketBatches = 2, Seed = ulong.MaxValue - 4 }),
        new PaddedBatches<double>(Trainings.Sequences(13, seed: 70), 8, new() { Shuffle = true, Seed = 2 }),
        steps: 12,
        batch: 8,
        change);

    private static Run<TokenWindow> Tokens(Func<TrainerOptions<double>, TrainerOptions<double>>? change = null) => new(
        () => Trainings.TokenModel<double>(options: Noisy),
        new NextTokenTask<double>(),
        Trainings.Windows(180),
        Trainings.Windows(90, seed: 4),
        steps: 8,
        batch: 4,
        change);

    private static Run<TokenWindow> BothWays(Func<TrainerOptions<double>, TrainerOptions<double>>? change = null) => new(
        () => new(new Embedding<double>(7, 3), new Bidirectional<double>(() => new LstmLayer<double>(3, 4)), new Dense<double>(8, 7)),
        new NextTokenTask<double>(),
        Trainings.Windows(180),
        Trainings.Windows(90, seed: 4),
        steps: 8,
        batch: 4,
        change);

    [Fact]
    public void From_any_update_of_sequences() => CheckEveryCheckpoint(Sequences);

    [Fact]
    public void From_any_update_of_windows_whose_states_are_carried() => CheckEveryCheckpoint(Tokens);

    [Fact]
    public void From_any_update_of_windows_that_are_read_both_ways() => CheckEveryCheckpoint(BothWays);

    [Fact]
    public void From_any_update_of_accumulated_batches_and_rounds_of_steps() =>
        CheckEveryCheckpoint(change => Tokens(options => (change?.Invoke(options) ?? options) with { AccumulateBatches = 2, RoundSteps = 4, Average = null }));

    [Fact]
    public void From_a_cancellation_at_any_update_through_files()
    {
        using Run<PaddedBatch<double>> straight = Sequences();
        TrainingResult expected = straight.Fit();
        using TempFolder folder = new();

        Checkpoint<double>? checkpoint = null;
        TrainingResult result;
        int processes = 0;
        do
        {
            using Run<PaddedBatch<double>> run = Sequences(options => options with { CheckpointSteps = null, ProgressInterval = TimeSpan.Zero });
            if (checkpoint != null)
            {
                run.Trainer.Restore(ThroughFiles(checkpoint, folder));
            }

            using CancellationTokenSource stop = new();
            long end = run.Trainer.Optimizer.Steps + 2;
            Reports reports = new(report =>
            {
                if (report.Step >= end)
                {
                    stop.Cancel();
                }
            });
            result = run.Fit(reports, stop.Token);
            checkpoint = run.Checkpoints[^1];
            processes++;
            if (result.End != StopReason.Cancelled)
            {
                Trainings.Bits(run.Trainer.Model).Should().Equal(Trainings.Bits(straight.Trainer.Model));
            }
        }
        while (result.End == StopReason.Cancelled);

        processes.Should().BeGreaterThan(6);
        Trainings.Describe(result.History).Should().Equal(Trainings.Describe(expected.History));
        result.End.Should().Be(expected.End);
    }

    [Fact]
    public void A_round_that_waits_for_its_validation_is_validated_after_the_restart()
    {
        using Run<TokenWindow> straight = Tokens(), resumed = Tokens();
        TrainingResult expected = straight.Fit();
        using CancellationTokenSource stop = new();
        using Run<TokenWindow> cancelled = Tokens(options => options with { Checkpoints = null });
        CancellingSource validation = new(Trainings.Windows(90, seed: 4), stop);
        TrainingResult partial = cancelled.Trainer.Fit(Trainings.Windows(180), validation, Epochs, cancellationToken: stop.Token);
        partial.End.Should().Be(StopReason.Cancelled);
        partial.History.Should().BeEmpty();
        partial.Steps.Should().Be(6);

        resumed.Trainer.Restore(cancelled.Trainer.Checkpoint());
        Trainings.Describe(resumed.Fit().History).Should().Equal(Trainings.Describe(expected.History));
        Trainings.Bits(resumed.Trainer.Model).Should().Equal(Trainings.Bits(straight.Trainer.Model));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        using Run<TokenWindow> run = Tokens();
        run.Fit();
        Checkpoint<double> good = run.Checkpoints[10];
        using Run<TokenWindow> other = Tokens();
        byte[] before = Trainings.Bits(other.Trainer.Model);
        void Refuses(Checkpoint<double> checkpoint, string message) =>
            other.Trainer.Invoking(trainer => trainer.Restore(checkpoint)).Should().Throw<ArgumentException>().WithMessage(message);
        Checkpoint<double> With(string part, Func<NamedState<double>, NamedState<double>> change) => good with
        {
            Parts = good.Parts.ToDictionary(pair => pair.Key, pair => pair.Key == part ? change(pair.Value) : pair.Value),
        };

        foreach (string part in new[] { "model", "optimizer", "states", "trainer", "history", "average" })
        {
            Refuses(good with { Parts = good.Parts.Where(pair => pair.Key != part).ToDictionary() }, $"*part '{part}'*");
        }

        Refuses(good with { Texts = new Dictionary<string, string>() }, "*text 'seed'*");
        Refuses(With("model", state => state with { Tensors = [.. state.Tensors.Skip(1)] }), "*value.0.E*");
        Refuses(With("best", state => state with { Tensors = [] }), "*value.0.E*");
        Refuses(With("states", state => state with { Tensors = [] }), "*1.h*");
        Refuses(With("optimizer", state => state with { Kind = "Sgd" }), "*Adam*Sgd*");
        foreach (string number in good.Parts["trainer"].Numbers.Keys)
        {
            Refuses(With("trainer", state => state with { Numbers = state.Numbers.Where(pair => pair.Key != number).ToDictionary() }), $"*'{number}'*");
        }

        Refuses(With("trainer", state => state with { Numbers = new Dictionary<string, double>(state.Numbers) { ["batch"] = 5 } }), "*4 sequences*5*");
        Refuses(With("trainer", state => state with { Numbers = new Dictionary<string, double>(state.Numbers) { ["plateau.rate"] = -1 } }), "*0 or more*");
        using Run<TokenWindow> steady = Tokens(options => options with { Schedule = null });
        steady.Trainer.Invoking(trainer => trainer.Restore(good)).Should().Throw<ArgumentException>().WithMessage("*without a ReduceOnPlateau*");
        using Run<TokenWindow> plain = Tokens(options => options with { Average = null });
        plain.Trainer.Invoking(trainer => trainer.Restore(good)).Should().Throw<ArgumentException>().WithMessage("*without an average*");

        Trainings.Bits(other.Trainer.Model).Should().Equal(before);
        other.Trainer.Optimizer.Steps.Should().Be(0);
        other.Trainer.History.Should().BeEmpty();
    }

    /// <summary>A handler of progress is between two updates, too, and may take one at the end of a round.</summary>
    [Fact]
    public void From_a_report_of_progress()
    {
        using Run<TokenWindow> straight = Tokens(), resumed = Tokens();
        List<Checkpoint<double>> taken = [];
        TrainingResult expected = straight.Fit(new Reports(report =>
        {
            if (report.Round is { Epoch: 2 })
            {
                taken.Add(straight.Trainer.Checkpoint());
            }
        }));

        resumed.Trainer.Restore(taken.Should().ContainSingle().Subject);

        Trainings.Describe(resumed.Fit().History).Should().Equal(Trainings.Describe(expected.History));
        Trainings.Bits(resumed.Trainer.Model).Should().Equal(Trainings.Bits(straight.Trainer.Model));
    }

    /// <summary>The sums of metrics had no exponents then.</summary>
    [Fact]
    public void The_sums_of_metrics_of_version_0_1_0_are_read()
    {
        using Run<TokenWindow> run = Tokens(), other = Tokens();
        run.Fit();
        Checkpoint<double> now = run.Checkpoints[10];
        NamedState<double> trainer = now.Parts["trainer"];
        Dictionary<string, double> numbers = trainer.Numbers
            .Where(pair => !(pair.Key.StartsWith("metric.", StringComparison.Ordinal) && pair.Key[^1] is '2' or '3')).ToDictionary();
        numbers.Count.Should().BeLessThan(trainer.Numbers.Count);
        Dictionary<string, NamedState<double>> parts = now.Parts.ToDictionary();
        parts["trainer"] = trainer with { Numbers = numbers };

        other.Trainer.Restore(now with { Parts = parts });

        other.Trainer.Checkpoint().Parts["trainer"].Numbers.Should().BeEquivalentTo(trainer.Numbers);
    }

    [Fact]
    public void There_is_none_while_gradients_wait()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow>? trainer = null;
        Asking task = new(() => trainer!.Checkpoint());
        trainer = new(model, task, new Adam<double>(model.Parameters), 8, 4, new() { AccumulateBatches = 2 });

        trainer.Invoking(t => t.Fit(Trainings.Windows())).Should().Throw<InvalidOperationException>().WithMessage("*between updates*");
        task.Asked.Should().Be(2);
    }

    private static void CheckEveryCheckpoint<TBatch>(Func<Func<TrainerOptions<double>, TrainerOptions<double>>?, Run<TBatch>> create)
        where TBatch : class
    {
        using Run<TBatch> straight = create(null);
        TrainingResult expected = straight.Fit();
        byte[] weights = Trainings.Bits(straight.Trainer.Model);
        expected.History.Count.Should().BeGreaterThan(3);
        straight.Checkpoints.Count.Should().BeGreaterThan(15);

        for (int k = 0; k < straight.Checkpoints.Count; k++)
        {
            using Run<TBatch> resumed = create(options => options with { Checkpoints = null });
            resumed.Trainer.Restore(straight.Checkpoints[k]);
            resumed.Trainer.Optimizer.Steps.Should().Be(straight.Checkpoints[k].Step);
            TrainingResult result = resumed.Fit();

            Trainings.Describe(result.History).Should().Equal(Trainings.Describe(expected.History), "of checkpoint {0}", k);
            Trainings.Bits(resumed.Trainer.Model).AsSpan().SequenceEqual(weights).Should().BeTrue("of checkpoint {0}", k);
            result.End.Should().Be(expected.End);
        }
    }

    private static Checkpoint<double> ThroughFiles(Checkpoint<double> checkpoint, TempFolder folder)
    {
        foreach ((string name, NamedState<double> state) in checkpoint.Parts)
        {
            state.Save(folder[name]);
        }

        return checkpoint with { Parts = checkpoint.Parts.Keys.ToDictionary(name => name, name => NamedState<double>.Load(folder[name])) };
    }

    /// <summary>Cancels when its first batch is asked for.</summary>
    private sealed class CancellingSource(BatchSource<TokenWindow> source, CancellationTokenSource stop) : IBatchSource<TokenWindow>
    {
        public int BatchesPerEpoch => source.BatchesPerEpoch;

        public BatchPosition Position
        {
            get => source.Position;
            set => source.Position = value;
        }

        public TokenWindow? NextBatch()
        {
            stop.Cancel();
            return source.NextBatch();
        }
    }

    /// <summary>Asks for a checkpoint before every batch.</summary>
    private sealed class Asking(Action ask) : TrainingTask<double, TokenWindow>
    {
        private readonly NextTokenTask<double> _task = new();

        public int Asked { get; private set; }

        public override void Forward(Bptt<double> bptt, TokenWindow batch)
        {
            Asked++;
            ask();
            _task.Forward(bptt, batch);
        }

        public override BatchLoss Evaluate(ReadOnlySpan<double> predictions, TokenWindow batch, Span<double> gradient) =>
            _task.Evaluate(predictions, batch, gradient);
    }
}
