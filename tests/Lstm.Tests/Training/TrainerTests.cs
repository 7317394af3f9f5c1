namespace Lstm.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void It_is_the_loop_that_a_user_would_write_to_the_bit()
    {
        Sequential<float> byHand = Trainings.TokenModel<float>(), trained = Trainings.TokenModel<float>();
        Bptt<float> bptt = new(byHand, steps: 8, batch: 4);
        Adam<float> adam = new(byHand.Parameters);
        LearningRateSchedule schedule = LearningRateSchedule.Cosine(0.01, 30).AfterWarmUp(3);
        TokenWindows windows = Trainings.Windows();
        List<double> losses = [];
        for (int epoch = 0; epoch < 3; epoch++)
        {
            double sum = 0, count = 0;
            while (windows.NextBatch() is { } window)
            {
                if (window.Start == 0)
                {
                    bptt.ResetState();
                }

                var logits = bptt.ForwardTokens(window.Inputs, steps: window.Steps);
                double loss = SoftmaxCrossEntropy.Evaluate(logits, window.Targets, bptt.OutputGradient);
                bptt.Backward();
                GradientClipping.ByGlobalNorm(byHand.Parameters, 0.5);
                adam.LearningRate = schedule.At(adam.Steps);
                adam.Step();
                sum += loss * window.Targets.Length;
                count += window.Targets.Length;
            }

            losses.Add(sum / count);
        }

        Trainer<float, TokenWindow> trainer = new(
            trained, new NextTokenTask<float>(), new Adam<float>(trained.Parameters), 8, 4, new() { Schedule = schedule, ClipByGlobalNorm = 0.5 });
        TrainingResult result = trainer.Fit(Trainings.Windows(), epochs: 3);

        Trainings.Bits(trained).Should().Equal(Trainings.Bits(byHand));
        result.History.Select(round => round.Training.Loss).Should().Equal(losses);
        result.Should().BeEquivalentTo(new { End = StopReason.Epochs, Steps = adam.Steps, SkippedSteps = 0L });
        result.History[2].Training.Metrics["perplexity"].Should().BeApproximately(Math.Exp(losses[2]), 1e-12);
        losses[2].Should().BeLessThan(losses[0]);
    }

    [Theory]
    [InlineData(12, 1)]
    [InlineData(6, 2)]
    [InlineData(3, 4)]
    public void Batches_that_are_accumulated_are_one_batch(int batch, int count)
    {
        // 40 sequences of different lengths: 3 batches of 12, and one of 4, which is one of 4, or of 3 and 1.
        Sequential<double> model = Trainings.SequenceModel(outputs: 2);
        Trainer<double, PaddedBatch<double>> trainer = new(
            model, new NextValuesTask<double>(), new Sgd<double>(model.Parameters, 0.1), 12, batch, new() { AccumulateBatches = count });
        TrainingResult result = trainer.Fit(new PaddedBatches<double>(Trainings.Sequences(40), batch, new() { PredictNext = true }), epochs: 2);

        Sequential<double> whole = Trainings.SequenceModel(outputs: 2);
        TrainingResult expected = new Trainer<double, PaddedBatch<double>>(
            whole, new NextValuesTask<double>(), new Sgd<double>(whole.Parameters, 0.1), 12, 12)
            .Fit(new PaddedBatches<double>(Trainings.Sequences(40), 12, new() { PredictNext = true }), epochs: 2);

        Numbers.ShouldAgree(model.Parameters.Values, whole.Parameters.Values, 1e-13);
        result.Steps.Should().Be(expected.Steps).And.Be(8);
        result.History[1].Training.Loss.Should().BeApproximately(expected.History[1].Training.Loss, 1e-13);
    }

    [Fact]
    public void Clipping_by_value_and_by_norm_is_that_of_GradientClipping()
    {
        static double[] OneStep(TrainerOptions<double> options)
        {
            Sequential<double> model = Trainings.TokenModel<double>();
            double[] before = model.Parameters.Values.ToArray();
            new Trainer<double, TokenWindow>(
                model, new NextTokenTask<double>(), new Sgd<double>(model.Parameters, 1), 8, 4, options with { MaxSteps = 1 }).Fit(Trainings.Windows());
            return [.. model.Parameters.Values.ToArray().Zip(before, (after, value) => value - after)];
        }

        double[] free = OneStep(new());
        double[] clamped = [.. free.Select(g => Math.Clamp(g, -0.01, 0.01))];
        clamped.Should().NotEqual(free);
        Numbers.ShouldAgree(OneStep(new() { ClipByValue = 0.01 }), clamped, 1e-15);

        Sequential<double> model = Trainings.TokenModel<double>();
        free.CopyTo(model.Parameters.Gradients);
        GradientClipping.ByNorm(model.Parameters, 0.02);
        Numbers.ShouldAgree(OneStep(new() { ClipByNorm = 0.02 }), model.Parameters.Gradients, 1e-15);
    }

    [Fact]
    public void Early_stopping_brings_back_the_best_weights()
    {
        // Training and validation contradict each other, so that the validation gets worse.
        Sequential<double> model = Trainings.TokenModel<double>();
        TokenWindows validation = Trainings.Windows(seed: 99);
        List<byte[]> weights = [];
        Reports reports = new(report =>
        {
            if (report.Round != null)
            {
                weights.Add(Trainings.Bits(model));
            }
        });
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters, 0.05), 8, 4, new() { EarlyStopping = new() { Patience = 3 } });

        TrainingResult result = trainer.Fit(Trainings.Windows(200), validation, epochs: 200, reports);

        result.End.Should().Be(StopReason.EarlyStopping);
        int best = result.History.ToList().IndexOf(result.Best!);
        result.History.Should().HaveCount(best + 4);
        Trainings.Bits(model).Should().Equal(weights[best]).And.NotEqual(weights[^1]);
        trainer.Evaluate(validation).Loss.Should().Be(result.Best!.Validation!.Loss).And.Be(result.History.Min(round => round.Loss));
    }

    [Fact]
    public void Validation_and_best_weights_are_those_of_the_average()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        WeightAverage<double> average = WeightAverage<double>.Exponential(model.Parameters, 0.9);
        Sequential<double> plain = Trainings.TokenModel<double>();
        new Trainer<double, TokenWindow>(plain, new NextTokenTask<double>(), new Adam<double>(plain.Parameters, 0.005), 8, 4).Fit(Trainings.Windows(), epochs: 2);
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters, 0.005), 8, 4,
            new() { Average = average, EarlyStopping = new() { Patience = int.MaxValue } });

        TrainingResult result = trainer.Fit(Trainings.Windows(), Trainings.Windows(), epochs: 2);

        result.Best.Should().Be(result.History[1]);
        trainer.Evaluate(Trainings.Windows()).Loss.Should().Be(result.History[1].Loss);
        byte[] restored = Trainings.Bits(model);
        average.Steps.Should().Be(result.Steps);
        using (average.Apply())
        {
            Trainings.Bits(model).Should().Equal(restored);
        }

        Trainings.Bits(plain).Should().NotEqual(restored);
    }

    [Fact]
    public void The_plateau_hears_of_every_round_even_behind_a_warm_up()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        ReduceOnPlateau plateau = new(0.3, factor: 0.5, patience: 0, threshold: 0.9);
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Sgd<double>(model.Parameters, 9), 8, 4, new() { Schedule = plateau.AfterWarmUp(5) });

        TrainingResult result = trainer.Fit(Trainings.Windows(), epochs: 3);

        result.History.Select(round => round.LearningRate).Should().Equal(0.3, 0.3, 0.15);
        plateau.State.Rate.Should().Be(0.075);
    }

    [Fact]
    public void Rounds_of_steps_end_with_a_validation_each()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4, new() { RoundSteps = 5, MaxSteps = 17 });
        TokenWindows training = Trainings.Windows();
        training.BatchesPerEpoch.Should().Be(13);

        TrainingResult result = trainer.Fit(training, Trainings.Windows(seed: 4), epochs: 9);

        result.End.Should().Be(StopReason.MaxSteps);
        result.History.Select(round => (round.Step, round.Epoch, round.Training.Weight)).Should().Equal(
            (5, 1, 160), (10, 1, 160), (15, 2, 4 * 32 + 12), (17, 2, 64));
        result.History.Should().OnlyContain(round => round.Validation != null);
        training.Position.Should().Be(new BatchPosition(0, 1, 4));
    }

    [Fact]
    public void The_last_update_of_an_epoch_ends_the_epoch_first()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4, new() { MaxSteps = 13 });
        TokenWindows training = Trainings.Windows();

        trainer.Fit(training, epochs: 5).Should().BeEquivalentTo(new { End = StopReason.MaxSteps, Steps = 13L });

        trainer.Epoch.Should().Be(1);
        trainer.History.Should().ContainSingle().Which.Epoch.Should().Be(1);
        training.Position.Should().Be(new BatchPosition(0, 1, 0));
    }

    [Fact]
    public void An_evaluation_leaves_source_training_and_states_as_they_were()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4);
        TokenWindows source = Trainings.Windows();
        source.Position = new(0, 7, 3);
        trainer.Bptt.States[0].Value.Fill(0.25);

        Evaluation first = trainer.Evaluate(source), second = trainer.Evaluate(source);

        source.Position.Should().Be(new BatchPosition(0, 7, 3));
        second.Should().BeEquivalentTo(first);
        first.Weight.Should().Be(396);
        first.Metrics["perplexity"].Should().BeApproximately(Math.Exp(first.Loss), 1e-12);
        trainer.Bptt.States[0].Value[0].Should().Be(0.25);
        trainer.Bptt.WindowCount.Should().Be(0);
    }

    [Fact]
    public void An_evaluation_may_have_batches_of_its_own()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4, new() { EvaluationSteps = 100, EvaluationBatch = 1 });
        TokenWindows all = Trainings.Windows(201, batch: 1, steps: 200), windows = Trainings.Windows(201, batch: 1, steps: 100);
        Bptt<double> bptt = new(model, 200, 1, new() { ForwardOnly = true });
        TokenWindow window = all.NextBatch()!;

        double expected = SoftmaxCrossEntropy.Evaluate(bptt.ForwardTokens(window.Inputs), window.Targets);
        trainer.Evaluate(windows).Loss.Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void Predictions_are_those_of_the_model_without_dropout()
    {
        Sequential<double> model = Trainings.TokenModel<double>(options: new() { RecurrentDropout = 0.5 });
        Trainer<double, TokenWindow> trainer = new(model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4);
        TokenWindows source = Trainings.Windows();
        Bptt<double> bptt = new(model, 8, 4, new() { ForwardOnly = true });
        List<double> expected = [], predicted = [];
        while (source.NextBatch() is { } window)
        {
            expected.AddRange(bptt.ForwardTokens(window.Inputs, steps: window.Steps));
        }

        trainer.Predict(Trainings.Windows(), (window, logits) => predicted.AddRange(logits));

        predicted.Should().Equal(expected);
        source.Position = new(0, 0, 0);
        trainer.Predict(source.NextBatch()!).ToArray().Should().Equal(predicted.Take(8 * 4 * Trainings.Vocabulary));
    }

    [Fact]
    public void It_ends_between_two_updates_where_it_is_cancelled()
    {
        using CancellationTokenSource stop = new();
        Sequential<double> model = Trainings.TokenModel<double>();
        List<Checkpoint<double>> checkpoints = [];
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4,
            new() { AccumulateBatches = 2, ProgressInterval = TimeSpan.Zero, Checkpoints = checkpoints.Add });
        Reports reports = new(report =>
        {
            if (report.Step == 3)
            {
                stop.Cancel();
            }
        });

        TrainingResult result = trainer.Fit(Trainings.Windows(), epochs: 5, progress: reports, cancellationToken: stop.Token);

        result.End.Should().Be(StopReason.Cancelled);
        result.Steps.Should().Be(3);
        checkpoints.Should().ContainSingle().Which.Step.Should().Be(3);
        trainer.Fit(Trainings.Windows(), cancellationToken: stop.Token).Should().BeEquivalentTo(new { End = StopReason.Cancelled, Steps = 3L });
    }

    [Fact]
    public void An_evaluation_is_cancelled_by_an_exception()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4);

        trainer.Invoking(t => t.Evaluate(Trainings.Windows(), new CancellationToken(true))).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Progress_tells_where_the_training_stands()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Sgd<double>(model.Parameters, 0.25), 8, 4, new() { ProgressInterval = TimeSpan.Zero });
        Reports reports = new();

        TrainingResult result = trainer.Fit(Trainings.Windows(), epochs: 2, progress: reports);

        reports.All.Should().HaveCount(26 + 2);
        reports.All.Where(report => report.Round != null).Select(report => report.Round).Should().Equal(result.History);
        TrainingProgress second = reports.All[1];
        second.Should().BeEquivalentTo(new { Epoch = 1, Epochs = 2, Step = 2L, SkippedSteps = 0L, LearningRate = 0.25, Done = 2.0 / 26 });
        second.Training.Weight.Should().Be(64);
        second.Training.Loss.Should().BeApproximately((reports.All[0].Loss + second.Loss) / 2, 1e-15);
        second.Training.Metrics.Keys.Should().BeEquivalentTo("perplexity", "accuracy");
        reports.All.Should().OnlyContain(report => report.GradientNorm > 0 && report.TargetsPerSecond > 0 && report.TimeLeft >= TimeSpan.Zero);
        reports.All.Select(report => report.Epoch).Should().Equal([.. Enumerable.Repeat(1, 14), .. Enumerable.Repeat(2, 14)]);
        reports.All[^1].Should().BeEquivalentTo(new { Done = 1.0, TimeLeft = TimeSpan.Zero });
    }

    [Fact]
    public void Reports_come_at_intervals_and_at_the_ends_of_rounds()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Sgd<double>(model.Parameters, 0.25), 8, 4, new() { ProgressInterval = TimeSpan.FromDays(1) });
        Reports reports = new();

        trainer.Fit(Trainings.Windows(), epochs: 2, progress: reports);

        reports.All.Select(report => report.Step).Should().Equal(13, 26);
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        Sequential<float> model = Trainings.TokenModel<float>();
        CountingTask task = new();
        Trainer<float, TokenWindow> trainer = new(
            model, task, new Adam<float>(model.Parameters), 8, 4,
            new()
            {
                AccumulateBatches = 2,
                ClipByGlobalNorm = 1,
                Schedule = LearningRateSchedule.Cosine(0.01, 100),
                Average = WeightAverage<float>.Exponential(model.Parameters),
                RoundSteps = 1000,
            });

        trainer.Fit(Trainings.Windows(), epochs: 10, progress: new Reports());

        task.Allocated.Skip(4).Min().Should().Be(0);
        task.Allocated.Should().HaveCountGreaterThan(100);
    }

    /// <summary>Counts what is allocated from one batch to the next.</summary>
    private sealed class CountingTask : TrainingTask<float, TokenWindow>
    {
        private readonly NextTokenTask<float> _task = new() { LabelSmoothing = 0.1, IgnoreIndex = 2 };
        private readonly long[] _allocated = new long[1000];
        private long _before = GC.GetAllocatedBytesForCurrentThread();
        private int _count;

        public CountingTask()
        {
            Metrics = _task.Metrics;
        }

        public IEnumerable<long> Allocated => _allocated.Take(_count);

        public override void Forward(Bptt<float> bptt, TokenWindow batch)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            _allocated[_count++] = now - _before;
            _task.Forward(bptt, batch);
            _before += now - _before;
        }

        public override BatchLoss Evaluate(ReadOnlySpan<float> predictions, TokenWindow batch, Span<float> gradient) =>
            _task.Evaluate(predictions, batch, gradient);

        public override void Measure(ReadOnlySpan<float> predictions, TokenWindow batch, BatchLoss loss) => _task.Measure(predictions, batch, loss);
    }
}
