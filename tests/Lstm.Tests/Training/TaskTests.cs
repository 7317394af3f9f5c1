namespace Lstm.Tests.Training;

/// <summary>What each task makes of a batch, against a loop over its sequences.</summary>
public sealed class TaskTests
{
    private const int Batch = 8;

    [Fact]
    public void Sequences_are_classified_by_their_last_step()
    {
        Sequential<double> model = Trainings.SequenceModel();
        SequenceSet<double> set = Trainings.Sequences(13);
        ClassificationTask<double> task = new() { Metrics = [new Accuracy(), new Perplexity(), F1Score.Binary()] };
        Trainer<double, PaddedBatch<double>> trainer = new(model, task, new Adam<double>(model.Parameters), 12, Batch);

        Evaluation evaluation = trainer.Evaluate(new PaddedBatches<double>(set, Batch));

        double loss = 0, hits = 0;
        for (int s = 0; s < set.Count; s++)
        {
            double[] last = new Bptt<double>(model, 12, 1).Forward(set[s], steps: set.LengthOf(s))[^2..].ToArray();
            loss += SoftmaxCrossEntropy.Evaluate<double>(last, [set.LabelOf(s)]) / set.Count;
            hits += last[1] > last[0] == (set.LabelOf(s) == 1) ? 1 : 0;
        }

        evaluation.Loss.Should().BeApproximately(loss, 1e-13);
        evaluation.Weight.Should().Be(13);
        evaluation.Metrics["accuracy"].Should().Be(hits / 13);
        evaluation.Metrics["perplexity"].Should().BeApproximately(Math.Exp(loss), 1e-12);
        evaluation.Baseline.Should().BeNull();
    }

    [Fact]
    public void It_learns_to_classify()
    {
        Sequential<double> model = Trainings.SequenceModel();
        Trainer<double, PaddedBatch<double>> trainer = new(model, new ClassificationTask<double>(), new Adam<double>(model.Parameters, 0.02), 12, Batch);
        PaddedBatches<double> source = new(Trainings.Sequences(200), Batch, new() { Shuffle = true });

        trainer.Fit(source, epochs: 12);

        trainer.Evaluate(source).Metrics["accuracy"].Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Tokens_of_sequences_are_classified_and_predicted()
    {
        SequenceSet<int> set = new(classes: 2);
        set.Add([1, 2, 3], 1);
        set.Add([4, 5], 0);
        Sequential<double> model = Trainings.TokenModel<double>(), classifier = new(new Embedding<double>(7, 3), new LstmLayer<double>(3, 4), new Dense<double>(4, 2));
        Trainer<double, PaddedBatch<int>> trainer = new(model, new PaddedNextTokenTask<double>(), new Adam<double>(model.Parameters), 3, 2);
        Trainer<double, PaddedBatch<int>> other = new(classifier, new TokenClassificationTask<double>(), new Adam<double>(classifier.Parameters), 3, 2);

        Evaluation next = trainer.Evaluate(new PaddedBatches<int>(set, 2, new() { PredictNext = true }));
        Evaluation label = other.Evaluate(new PaddedBatches<int>(set, 2));

        double expected = SoftmaxCrossEntropy.Evaluate(new Bptt<double>(model, 2, 1).ForwardTokens([1, 2]), [2, 3], Reduction.Sum)
            + SoftmaxCrossEntropy.Evaluate(new Bptt<double>(model, 2, 1).ForwardTokens([4], steps: 1), [5], Reduction.Sum);
        next.Loss.Should().BeApproximately(expected / 3, 1e-13);
        next.Weight.Should().Be(3);
        expected = SoftmaxCrossEntropy.Evaluate(new Bptt<double>(classifier, 3, 1).ForwardTokens([1, 2, 3])[^2..], [1])
            + SoftmaxCrossEntropy.Evaluate(new Bptt<double>(classifier, 3, 1).ForwardTokens([4, 5], steps: 2)[^2..], [0]);
        label.Loss.Should().BeApproximately(expected / 2, 1e-13);
        label.Weight.Should().Be(2);
        trainer.Fit(new PaddedBatches<int>(set, 2, new() { PredictNext = true }), epochs: 2).Steps.Should().Be(2);
        other.Fit(new PaddedBatches<int>(set, 2), epochs: 2).Steps.Should().Be(2);
    }

    [Fact]
    public void Smoothed_labels_and_ignored_targets_are_for_the_loss_alone()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        NextTokenTask<double> task = new() { LabelSmoothing = 0.3, IgnoreIndex = 2 };
        TokenWindow window = Trainings.Windows().NextBatch()!;
        Bptt<double> bptt = new(model, 8, 4);
        double[] gradient = new double[8 * 4 * 7];
        task.Forward(bptt, window);
        ReadOnlySpan<double> logits = bptt.Output;

        BatchLoss learning = task.Evaluate(logits, window, gradient), evaluating = task.Evaluate(logits, window, []);
        task.Measure(logits, window, learning);

        double[] expected = new double[gradient.Length];
        learning.Mean.Should().Be(SoftmaxCrossEntropy.Evaluate(logits, window.Targets, expected, Reduction.Mean, 2, 0.3));
        gradient.Should().Equal(expected);
        evaluating.Mean.Should().Be(SoftmaxCrossEntropy.Evaluate(logits, window.Targets, Reduction.Mean, 2));
        learning.Weight.Should().Be(window.Targets.ToArray().Count(target => target != 2)).And.BeLessThan(32);
        task.Metrics[0].Value.Should().BeApproximately(Math.Exp(evaluating.Mean), 1e-13);
    }

    [Fact]
    public void The_baseline_of_classes_is_their_frequency_in_training()
    {
        Sequential<double> model = Trainings.SequenceModel();
        SequenceSet<double> set = Trainings.Sequences(13);
        long[] counts = [8, 2];
        Trainer<double, PaddedBatch<double>> trainer = new(
            model, new ClassificationTask<double> { ClassCounts = counts }, new Adam<double>(model.Parameters), 12, Batch);

        Evaluation baseline = trainer.Evaluate(new PaddedBatches<double>(set, Batch)).Baseline!;

        int zeros = Enumerable.Range(0, 13).Count(s => set.LabelOf(s) == 0);
        baseline.Loss.Should().BeApproximately(-(zeros * Math.Log(9.0 / 12) + (13 - zeros) * Math.Log(3.0 / 12)) / 13, 1e-14);
        baseline.Metrics["accuracy"].Should().Be(zeros / 13.0);
        FluentActions.Invoking(() => new ClassificationTask<double> { ClassCounts = [1, -1] }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new ClassificationTask<double> { LabelSmoothing = 1.1 }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_next_step_is_predicted_at_every_step_of_a_sequence(bool logits)
    {
        SequenceSet<double> set = Trainings.Sequences(13);
        Sequential<double> model = Trainings.SequenceModel();
        NextValuesTask<double> task = new(logits ? RegressionLoss.SigmoidCrossEntropy : RegressionLoss.Huber(0.5));
        Trainer<double, PaddedBatch<double>> trainer = new(model, task, new Adam<double>(model.Parameters), 12, Batch);

        Evaluation evaluation = trainer.Evaluate(new PaddedBatches<double>(set, Batch, new() { PredictNext = true }));

        double loss = 0, steps = 0, change = 0;
        for (int s = 0; s < set.Count; s++)
        {
            ReadOnlySpan<double> outputs = new Bptt<double>(model, 12, 1).Forward(set[s][..^2], steps: set.LengthOf(s) - 1);
            ReadOnlySpan<double> targets = set[s][2..];
            loss += logits ? SigmoidCrossEntropy.Evaluate(outputs, targets, reduction: Reduction.Sum) : HuberLoss.Evaluate(outputs, targets, [], 0.5, Reduction.Sum);
            steps += set.LengthOf(s) - 1;
            for (int k = 0; k < targets.Length; k++)
            {
                change += Math.Abs(set[s][k] - targets[k]);
            }
        }

        evaluation.Loss.Should().BeApproximately(loss / (2 * steps), 1e-13);
        evaluation.Weight.Should().Be(steps);
        evaluation.Metrics.Keys.Should().Equal(logits ? ["accuracy", "F1"] : ["MAE", "RMSE"]);
        (evaluation.Baseline?.Metrics["MAE"] ?? -1).Should().BeApproximately(logits ? -1 : change / (2 * steps), 1e-13);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 6)]
    public void A_forecast_is_the_output_of_the_last_step(bool fromLastValue, int season)
    {
        const int History = 7, Horizon = 8;
        Series<double> series = Trainings.Series();
        Sequential<double> model = Trainings.SequenceModel(outputs: Horizon);
        SeriesWindows<double> windows = new(series, History, Horizon, 32, new() { TargetColumns = [1] });
        ForecastTask<double> task = new() { FromLastValue = fromLastValue, Season = season };
        Trainer<double, SeriesBatch<double>> trainer = new(model, task, new Adam<double>(model.Parameters), History, 32);
        double[] predicted = new double[windows.Count * Horizon];

        Evaluation evaluation = trainer.Evaluate(windows);
        trainer.Predict(windows, (batch, forecast) => forecast[..(batch.Count * Horizon)].CopyTo(predicted.AsSpan(batch.Starts[0] * Horizon)));

        double squares = 0, errors = 0, naive = 0;
        Bptt<double> bptt = new(model, History, 1);
        for (int w = 0; w < windows.Count; w++)
        {
            bptt.ResetState();
            double[] inputs = series[w..(w + History)].ToArray(), end = inputs[^2..];
            ReadOnlySpan<double> last = bptt.Forward([.. inputs.Select((value, k) => value - (fromLastValue ? end[k % 2] : 0))])[^Horizon..];
            for (int t = 0; t < Horizon; t++)
            {
                double forecast = last[t] + (fromLastValue ? end[1] : 0), target = series.Values[2 * (w + History + t) + 1];
                predicted[w * Horizon + t].Should().BeApproximately(forecast, 1e-13);
                squares += Math.Pow(forecast - target, 2);
                errors += Math.Abs(forecast - target);
                naive += Math.Abs(series.Values[2 * (w + History - season + t % season) + 1] - target);
            }
        }

        evaluation.Loss.Should().BeApproximately(squares / predicted.Length, 1e-13);
        evaluation.Metrics["MAE"].Should().BeApproximately(errors / predicted.Length, 1e-13);
        evaluation.Baseline!.Metrics["MAE"].Should().BeApproximately(naive / predicted.Length, 1e-13);
        evaluation.Weight.Should().Be(windows.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_of_a_forecast_is_that_of_its_loss(bool fromLastValue)
    {
        // The last batch is not full, and what fills it up has no gradient.
        SeriesWindows<double> windows = new(Trainings.Series(30), history: 5, horizon: 2, batch: 9);
        ForecastTask<double> task = new(RegressionLoss.Huber(0.2)) { FromLastValue = fromLastValue };
        Sequential<double> model = Trainings.SequenceModel(outputs: 4);
        Bptt<double> bptt = new(model, 5, 9);
        windows.Position = new(0, 0, windows.BatchesPerEpoch - 1);
        SeriesBatch<double> batch = windows.NextBatch()!;
        batch.Count.Should().Be(6);
        double Loss(bool learn)
        {
            task.Forward(bptt, batch);
            return task.Evaluate(task.Predict(bptt.Output, batch), batch, learn ? bptt.OutputGradient : []).Mean;
        }

        Loss(learn: true);
        bptt.Backward();
        foreach ((string name, int k) in new[] { ("0.W", 3), ("0.R", 11), ("1.W", 7), ("1.b", 2) })
        {
            Span<double> value = model.Parameters[name].Value;
            double before = value[k];
            value[k] = before + 1e-5;
            double above = Loss(learn: false);
            value[k] = before - 1e-5;
            double below = Loss(learn: false);
            value[k] = before;
            model.Parameters[name].Gradient[k].Should().BeApproximately((above - below) / 2e-5, 1e-9, name);
        }
    }

    [Fact]
    public void A_residual_forecast_follows_a_series_that_wanders()
    {
        Series<double> series = Trainings.Series();
        Sequential<double> model = Trainings.SequenceModel(outputs: 2);
        Trainer<double, SeriesBatch<double>> trainer = new(
            model, new ForecastTask<double> { FromLastValue = true }, new Adam<double>(model.Parameters, 0.01), 7, 16);

        trainer.Fit(new SeriesWindows<double>(series, 7, 1, 16, new() { Shuffle = true }), epochs: 30);

        Evaluation evaluation = trainer.Evaluate(new SeriesWindows<double>(series, 7, 1, 16));
        evaluation.Metrics["RMSE"].Should().BeLessThan(0.5 * evaluation.Baseline!.Metrics["RMSE"]);
    }

    [Fact]
    public void A_forecast_that_does_not_fit_is_refused()
    {
        SeriesBatch<double> batch = new SeriesWindows<double>(Trainings.Series(), 5, 3, 4).NextBatch()!;

        FluentActions.Invoking(() => new ForecastTask<double>().Predict(new double[5 * 4 * 5], batch).Length)
            .Should().Throw<ArgumentException>().WithMessage("*output of size 6*its size is 5*");
        FluentActions.Invoking(() => new ForecastTask<double> { Season = 6 }.PredictNaively(batch).Length)
            .Should().Throw<InvalidOperationException>().WithMessage("*Season of 6 rows*has 5*");
        FluentActions.Invoking(() => new ForecastTask<double> { Season = 0 }).Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>The total of numbers would fit: 8 steps of 4 sequences are 4 steps of 8, and 4 features twice 2.</summary>
    [Fact]
    public void Other_sequences_or_features_are_not_read_as_if_they_fitted()
    {
        Sequential<double> tokens = Trainings.TokenModel<double>(), vectors = Trainings.SequenceModel();
        Trainer<double, TokenWindow> language = new(tokens, new NextTokenTask<double>(), new Adam<double>(tokens.Parameters), 8, 8);
        Trainer<double, PaddedBatch<double>> classes = new(vectors, new ClassificationTask<double>(), new Adam<double>(vectors.Parameters), 40, 4);
        Trainer<double, SeriesBatch<double>> forecasts = new(vectors, new ForecastTask<double>(), new Adam<double>(vectors.Parameters), 8, 4);
        SequenceSet<double> wide = new(features: 4, classes: 2);
        wide.Add(new double[20], 1);
        Series<double> wideSeries = new(4);
        for (int row = 0; row < 30; row++)
        {
            wideSeries.Add(new double[4]);
        }

        language.Invoking(trainer => trainer.Fit(Trainings.Windows(batch: 4))).Should().Throw<ArgumentException>().WithMessage("*8 sequences*has 4*");
        language.Invoking(trainer => trainer.Evaluate(Trainings.Windows(batch: 16))).Should().Throw<ArgumentException>().WithMessage("*8 sequences*has 16*");
        classes.Invoking(trainer => trainer.Fit(new PaddedBatches<double>(wide, 4))).Should().Throw<ArgumentException>().WithMessage("*2 features*has 4*");
        forecasts.Invoking(trainer => trainer.Fit(new SeriesWindows<double>(wideSeries, 4, 1, 4))).Should().Throw<ArgumentException>().WithMessage("*2 features*has 4*");
    }

    [Fact]
    public void A_baseline_of_other_classes_is_refused()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        NextTokenTask<double> task = new() { ClassCounts = new long[Trainings.Vocabulary + 1] };
        Trainer<double, TokenWindow> trainer = new(model, task, new Adam<double>(model.Parameters), 8, 4);

        trainer.Invoking(t => t.Evaluate(Trainings.Windows())).Should().Throw<InvalidOperationException>().WithMessage("*ClassCounts*");
    }
}
