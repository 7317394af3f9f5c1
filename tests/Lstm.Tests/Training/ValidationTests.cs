namespace Lstm.Tests.Training;

/// <summary>
/// Validations and data that cannot be are told before there is anything to lose, with the option, or the row and the column.
/// </summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_of_another_size_are_told_before_the_first_update(bool prefetched)
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4,
            new() { EvaluationBatch = 2, EvaluationSteps = 8 });
        TokenWindows validation = Trainings.Windows(batch: 4);
        validation.Position = new(0, 3, 5);
        using PrefetchingSource<TokenWindow> ahead = new(validation);

        trainer.Invoking(t => t.Fit(Trainings.Windows(), prefetched ? ahead : validation)).Should().Throw<ArgumentException>()
            .WithMessage("*EvaluationBatch = 2 sequences*EvaluationSteps = 8 steps*2 sequences*has 4*");
        trainer.Invoking(t => t.Fit(Trainings.Windows(), Trainings.Windows(batch: 2, steps: 9)))
            .Should().Throw<ArgumentException>().WithMessage("*EvaluationSteps = 8*");
        trainer.Invoking(t => t.Evaluate(validation)).Should().Throw<ArgumentException>().WithMessage("*EvaluationBatch = 2*");
        trainer.Invoking(t => t.Predict(validation.NextBatch()!).Length)
            .Should().Throw<ArgumentException>().WithMessage("*EvaluationBatch = 2*");

        trainer.Steps.Should().Be(0);
        ahead.Position.Should().Be(new BatchPosition(0, 3, 5));
        trainer.Fit(Trainings.Windows(), Trainings.Windows(batch: 2)).Steps.Should().Be(13);
    }

    [Fact]
    public void A_batch_to_come_that_is_too_long_is_told_before_the_first_update()
    {
        SequenceSet<double> set = Trainings.Sequences(40);
        set.LongestLength.Should().Be(12);
        Sequential<double> model = Trainings.SequenceModel();
        Trainer<double, PaddedBatch<double>> small = new(model, new ClassificationTask<double>(),
            new Adam<double>(model.Parameters), 11, 1);
        Trainer<double, PaddedBatch<double>> large = new(
            model, new ClassificationTask<double>(), new Adam<double>(model.Parameters), 12, 1, new() { EvaluationSteps = 11 });
        using PrefetchingSource<PaddedBatch<double>> ahead = new(new PaddedBatches<double>(set, 1));

        small.Invoking(t => t.Fit(ahead))
            .Should().Throw<ArgumentException>()
            .WithMessage("*at most 11 steps*the longest of the source has 12*").WithParameterName("training");
        large.Invoking(t => t.Fit(ahead, ahead))
            .Should().Throw<ArgumentException>().WithMessage("*at most 11 steps*EvaluationSteps*has 12*").WithParameterName("validation");
        (small.Steps, large.Steps).Should().Be((0, 0));
    }

    [Fact]
    public void A_validation_is_not_taken_from_by_the_check()
    {
        Sequential<double> model = Trainings.TokenModel<double>(), other = Trainings.TokenModel<double>();
        TokenWindows validation = Trainings.Windows(seed: 4);
        validation.Position = new(0, 2, 7);
        Trainer<double, TokenWindow> trainer = new(model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4);
        Trainer<double, TokenWindow> without = new(other, new NextTokenTask<double>(), new Adam<double>(other.Parameters), 8, 4);

        TrainingResult result = trainer.Fit(Trainings.Windows(), validation), expected = without.Fit(Trainings.Windows());

        validation.Position.Should().Be(new BatchPosition(0, 2, 7));
        result.History[0].Training.Should().BeEquivalentTo(expected.History[0].Training);
        Trainings.Bits(model).Should().Equal(Trainings.Bits(other));
        result.History[0].Validation!.Loss.Should().Be(trainer.Evaluate(Trainings.Windows(seed: 4)).Loss);
    }

    [Fact]
    public void An_input_that_is_no_number_is_told_with_row_and_column()
    {
        Series<double> series = Trainings.Series(60);
        series.Values[2 * 37 + 1] = double.NaN;
        Sequential<double> model = Trainings.SequenceModel(outputs: 4);
        Trainer<double, SeriesBatch<double>> trainer = new(model, new ForecastTask<double>(), new Adam<double>(model.Parameters), 5, 8);
        SeriesWindows<double> windows = new(series, 5, 2, 8), before = new(series, 5, 2, 8, new() { Rows = ..37 });

        MalformedDataException error = trainer.Invoking(t => t.Predict(windows, (_, _) => { }))
            .Should().Throw<MalformedDataException>().Which;
        MalformedDataException second = trainer.Invoking(t => t.Evaluate(windows)).Should().Throw<MalformedDataException>().Which;
        NonFiniteException third = trainer.Invoking(t => t.Fit(windows)).Should().Throw<NonFiniteException>().Which;

        error.Message.Should().StartWith("Expected a finite number as input, but got NaN. At row 37, column 1.");
        (error.Sequence, error.Row, error.Column).Should().Be((null, 37, 1));
        second.Message.Should().StartWith("Expected a finite number as target, but got NaN. At row 37, column 1.",
            "windows before have it as their target");
        third.Message.Should().StartWith("Update 4: the target of the batch holds NaN, at row 37, column 1 of the data, so the loss is NaN.");
        (third.Step, third.Layer, third.Tensor).Should().Be((4L, null, "target"));
        trainer.Invoking(t => t.Evaluate(before)).Should().NotThrow();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void An_input_of_a_sequence_is_told_with_sequence_step_and_feature(double value)
    {
        SequenceSet<double> set = new(features: 3, classes: 2);
        set.Add([1, 2, 3, 4, 5, 6], 0);
        set.Add([1, 2, 3, 4, 5, 6, 7, 8, 9], 1);
        PaddedBatch<double> batch = new PaddedBatches<double>(set, 4).NextBatch()!;
        int steps = batch.Steps, at = (2 * 4 + batch.Sequences.IndexOf(1)) * 3 + 1;
        batch.ValueBuffer[at] = value;
        Sequential<double> model = Trainings.SequenceModel(inputs: 3);
        Trainer<double, PaddedBatch<double>> trainer = new(model, new ClassificationTask<double>(),
            new Adam<double>(model.Parameters), steps, 4);
        Trainer<double, Given> own = new(model, new GivenTask(), new Adam<double>(model.Parameters), steps, 4);

        MalformedDataException error = trainer.Invoking(t => t.Predict(batch).Length).Should().Throw<MalformedDataException>().Which;
        MalformedDataException ofOwn = own.Invoking(t => t.Predict(new(batch.Inputs.ToArray(), batch.Lengths.ToArray())).Length)
            .Should().Throw<MalformedDataException>("batches of one's own are looked at, too").Which;

        (error.Sequence, error.Row, error.Column).Should().Be((1, 2, 1));
        (ofOwn.Sequence, ofOwn.Row, ofOwn.Column).Should().Be((batch.Sequences.IndexOf(1), 2, 1));
        batch.ValueBuffer[at] = 0;
        trainer.Predict(batch).ToArray().Should().OnlyContain(number => double.IsFinite(number));
    }

    [Fact]
    public void What_fills_batches_up_may_hold_anything()
    {
        Sequential<double> model = Trainings.SequenceModel(inputs: 3);
        Trainer<double, Given> trainer = new(model, new GivenTask(), new Adam<double>(model.Parameters), 2, 2);
        double[] inputs = [1, 2, 3, 4, 5, 6, 7, 8, 9, double.NaN, double.NaN, double.NaN];

        trainer.Predict(new(inputs, [2, 1])).ToArray().Should().OnlyContain(number => double.IsFinite(number));
    }

    /// <summary>Batches of a user's own.</summary>
    private sealed record Given(double[] Inputs, int[] Lengths);

    private sealed class GivenTask : TrainingTask<double, Given>
    {
        public override void Forward(Bptt<double> bptt, Given batch)
        {
            bptt.ResetState();
            bptt.Forward(batch.Inputs, batch.Lengths);
        }

        public override BatchLoss Evaluate(ReadOnlySpan<double> predictions, Given batch, Span<double> gradient) => new(0, 1);
    }
}
