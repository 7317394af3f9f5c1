namespace Lstm.Tests.Training;

/// <summary>Calls of Fit after one that has come to its end: each goes on, from one consistent moment.</summary>
public sealed class FitAgainTests
{
    private static readonly string[] s_parts = ["model", "optimizer", "average"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_call_after_early_stopping_learns_with_patience_anew(bool averaged)
    {
        Trainer<double, TokenWindow> trainer = Stopping(averaged: averaged);
        TokenWindows training = Trainings.Windows(200), validation = Trainings.Windows(seed: 99);

        TrainingResult first = trainer.Fit(training, validation, epochs: 200), second = trainer.Fit(training, validation, epochs: 400);

        (first.End, second.End).Should().Be((StopReason.EarlyStopping, StopReason.EarlyStopping));
        second.Steps.Should().BeGreaterThanOrEqualTo(first.Steps + 3 * training.BatchesPerEpoch, "patience is three rounds");
        second.History.Count.Should().BeGreaterThanOrEqualTo(first.History.Count + 3);
        trainer.Steps.Should().Be(second.Steps).And.BeGreaterThan(trainer.Optimizer.Steps, "the last updates are undone");
        trainer.Evaluate(validation).Loss.Should().Be(second.History.Min(round => round.Loss));
    }

    [Fact]
    public void A_restored_run_that_had_ended_goes_on()
    {
        Trainer<double, TokenWindow> ended = Stopping(), restored = Stopping(), other = Stopping(patience: 5);
        TokenWindows training = Trainings.Windows(200), validation = Trainings.Windows(seed: 99);
        TrainingResult first = ended.Fit(training, validation, epochs: 200);
        Checkpoint<double> checkpoint = ended.Checkpoint();
        restored.Restore(checkpoint);
        other.Restore(checkpoint);
        restored.Steps.Should().Be(first.Steps);

        TrainingResult expected = ended.Fit(training, validation, epochs: 400);
        TrainingResult second = restored.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epochs: 400);
        TrainingResult patient = other.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epochs: 400);

        second.Steps.Should().BeGreaterThan(first.Steps).And.Be(expected.Steps);
        Trainings.Describe(second.History).Should().Equal(Trainings.Describe(expected.History));
        Trainings.Bits(restored.Model).Should().Equal(Trainings.Bits(ended.Model));
        patient.Steps.Should().BeGreaterThanOrEqualTo(first.Steps + 5 * training.BatchesPerEpoch);
    }

    /// <summary>Killed between its last checkpoint and its end, a run comes to the same end; then it goes on.</summary>
    [Fact]
    public void The_last_checkpoint_of_a_run_is_not_its_end()
    {
        List<Checkpoint<double>> checkpoints = [];
        Trainer<double, TokenWindow> straight = Stopping(change: options => options with { Checkpoints = checkpoints.Add }),
            resumed = Stopping();
        TrainingResult expected = straight.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epochs: 200);
        resumed.Restore(checkpoints[^1]);

        TrainingResult first = resumed.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epochs: 200);
        Trainings.Bits(resumed.Model).Should().Equal(Trainings.Bits(straight.Model));
        TrainingResult second = resumed.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epochs: 200);

        (first.End, first.Steps).Should().Be((StopReason.EarlyStopping, expected.Steps));
        second.Steps.Should().BeGreaterThan(first.Steps);
    }

    /// <summary>Weights, moments and average at the beginning of a call are those of one round, the best.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Every_call_of_a_loop_begins_from_one_moment(bool averaged, bool throughCheckpoints)
    {
        Dictionary<string, double> momentsOfRounds = [];
        string? begun = null;
        Trainer<double, TokenWindow> trainer = Stopping(averaged: averaged, task: new Watching(() => begun ??= "?"));
        TokenWindows training = Trainings.Windows(200), validation = Trainings.Windows(seed: 99);
        int undone = 0;
        for (int call = 0; call < 15; call++)
        {
            begun = null;
            Watching watching = new(() => begun ??= Describe(trainer));
            if (throughCheckpoints || call == 0)
            {
                Checkpoint<double> checkpoint = trainer.Checkpoint();
                trainer = Stopping(averaged: averaged, task: watching);
                trainer.Restore(checkpoint);
            }
            else
            {
                ((Watching)trainer.Task).Begin = watching.Begin;
            }

            TrainingResult result = trainer.Fit(training, validation, call + 1, new Reports(report =>
            {
                if (report.Round is { } round)
                {
                    momentsOfRounds[Describe(trainer)] = round.Loss;
                }
            }));

            if (call > 0)
            {
                double best = result.History.SkipLast(1).Min(round => round.Loss);
                momentsOfRounds.Should().ContainKey(begun!).WhoseValue.Should().Be(best, "of call {0}", call);
                undone += result.History[^2].Loss > best ? 1 : 0;
            }
        }

        undone.Should().BeGreaterThan(5);
    }

    [Fact]
    public void The_learning_rate_and_the_plateau_stay_where_they_are()
    {
        ReduceOnPlateau plateau = new(0.05, factor: 0.5, patience: 0);
        Trainer<double, TokenWindow> trainer = Stopping(change: options => options with { Schedule = plateau });
        trainer.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epochs: 200).End.Should().Be(StopReason.EarlyStopping);
        plateau.State.Rate.Should().BeLessThan(0.05);
        Trainer<double, TokenWindow> own = Stopping();
        own.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99));
        own.Optimizer.LearningRate = 0.001;

        own.RestoreBest().Should().BeTrue();

        own.Optimizer.LearningRate.Should().Be(0.001);
        plateau.State.Best.Should().Be(trainer.History.Min(round => round.Loss));
    }

    /// <summary>Losses on other data cannot be compared: what is learned from these would be thrown away for the weights before.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Best_weights_are_compared_on_the_present_validation(bool restored)
    {
        Trainer<double, TokenWindow> trainer = Stopping();
        int rounds = trainer.Fit(Trainings.Windows(200), Trainings.Windows(200), epochs: 40).History.Count;
        if (restored)
        {
            Checkpoint<double> checkpoint = trainer.Checkpoint();
            trainer = Stopping();
            trainer.Restore(checkpoint);
        }

        double before = trainer.History.Min(round => round.Loss);
        TokenWindows other = Trainings.Windows(seed: 99);
        double start = trainer.Evaluate(other).Loss;
        start.Should().BeGreaterThan(2 * before);

        TrainingResult second = trainer.Fit(Trainings.Windows(seed: 99), other, epochs: 60);

        trainer.Evaluate(other).Loss.Should().BeLessThan(start).And.Be(second.History.Skip(rounds).Min(round => round.Loss));
    }

    [Fact]
    public void Another_source_of_the_same_data_is_the_same_validation()
    {
        Trainer<double, TokenWindow> same = Stopping(), anew = Stopping();
        TokenWindows validation = Trainings.Windows(seed: 99);
        for (int epoch = 1; epoch < 12; epoch++)
        {
            same.Fit(Trainings.Windows(200), validation, epoch);
            anew.Fit(Trainings.Windows(200), Trainings.Windows(seed: 99), epoch);
        }

        Trainings.Describe(anew.History).Should().Equal(Trainings.Describe(same.History));
        Trainings.Bits(anew.Model).Should().Equal(Trainings.Bits(same.Model));
    }

    /// <summary>Training and validation contradict each other, so that the validation gets worse.</summary>
    private static Trainer<double, TokenWindow> Stopping(
        int patience = 3,
        bool averaged = false,
        TrainingTask<double, TokenWindow>? task = null,
        Func<TrainerOptions<double>, TrainerOptions<double>>? change = null)
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        TrainerOptions<double> options = new()
        {
            EarlyStopping = new() { Patience = patience },
            Average = averaged ? WeightAverage<double>.Exponential(model.Parameters, 0.7) : null,
        };
        return new(model, task ?? new NextTokenTask<double>(), new Adam<double>(model.Parameters, 0.05), 8, 4,
            change?.Invoke(options) ?? options);
    }

    private static string Describe(Trainer<double, TokenWindow> trainer)
    {
        Checkpoint<double> checkpoint = trainer.Checkpoint();
        return string.Join('|', s_parts.Where(checkpoint.Parts.ContainsKey).Select(part =>
            $"{(part == "model" ? 0 : checkpoint.Parts[part].Steps)} {Trainings.Digest(checkpoint.Parts[part])}"));
    }

    /// <summary>Tells of the first batch that is learned from.</summary>
    private sealed class Watching(Action begin) : TrainingTask<double, TokenWindow>
    {
        private readonly NextTokenTask<double> _task = new();

        public Action Begin { get; set; } = begin;

        public override void Forward(Bptt<double> bptt, TokenWindow batch)
        {
            if (bptt.Training)
            {
                Begin();
            }

            _task.Forward(bptt, batch);
        }

        public override BatchLoss Evaluate(ReadOnlySpan<double> predictions, TokenWindow batch, Span<double> gradient) =>
            _task.Evaluate(predictions, batch, gradient);
    }
}
