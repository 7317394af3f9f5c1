using System.Globalization;
using System.Text.RegularExpressions;

namespace Lstm.Tests.Training;

public sealed class NonFiniteTests
{
    [Fact]
    public void A_damaged_weight_is_named()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = TrainerOf(model, new Damaging((step, bptt) =>
        {
            if (step == 3)
            {
                bptt.Model.Parameters["1.R"].Value[3 * 9 + 7] = double.NaN;
            }
        }));

        NonFiniteException error = Stops(trainer);

        error.Message.Should().Be("Update 3: the weights 1.R (LstmLayer 6→9) hold NaN at [3, 7], so the loss is NaN. The weights are those of the update before.");
        error.Should().BeEquivalentTo(new { Step = 3L, Layer = 1, Tensor = "1.R" });
    }

    [Fact]
    public void The_layer_in_which_an_activation_arose_is_named()
    {
        // The weights are finite, and so are the states, but not their product with the last layer's weights.
        Sequential<float> model = Trainings.TokenModel<float>();
        model.Parameters["2.W"].Value.Fill(3e38f);
        model.Parameters["1.W"].Value.Fill(1);
        model.Parameters["0.E"].Value.Fill(1);
        Trainer<float, TokenWindow> trainer = new(model, new NextTokenTask<float>(), new Sgd<float>(model.Parameters, 1), 8, 4);

        NonFiniteException error = trainer.Invoking(t => t.Fit(Trainings.Windows())).Should().Throw<NonFiniteException>().Which;

        error.Message.Should().StartWith("Update 1: the output of layer 2 (Dense 9→7) holds Infinity at [");
        error.Should().BeEquivalentTo(new { Step = 1L, Layer = 2, Tensor = "2.output" });
        model.Parameters.Gradients.ContainsAnyExcept(0f).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(5, 1, false)]
    [InlineData(7, 6, true)]
    public void The_first_step_of_an_activation_is_found_in_segments_too(int step, int unit, bool recompute)
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Bptt<double> bptt = new(model, 8, 1, new() { SegmentSteps = 2, Recompute = recompute });
        int[] tokens = [0, 0, 0, 0, 0, 0, 0, 0];
        tokens[step] = 6;
        model.Parameters["0.E"].Value[^(6 - unit % 6)] = double.PositiveInfinity;
        bptt.ForwardTokens(tokens);

        NonFiniteSearch<double>.InForward(bptt, 1, double.NaN).Tensor.Should().Be("0.E");
        bptt.Unrolling.FindNonFiniteOutput(0).Should().Be((step, unit % 6, double.PositiveInfinity));
    }

    [Fact]
    public void A_loss_that_is_not_finite_by_itself_says_so()
    {
        Sequential<double> model = Trainings.SequenceModel(outputs: 2);
        PaddedBatches<double> batches = new(Trainings.Sequences(), 8, new() { PredictNext = true });
        Trainer<double, PaddedBatch<double>> trainer = new(model, new NextValuesTask<double>(new Endless()), new Sgd<double>(model.Parameters, 1), 12, 8);

        NonFiniteException error = trainer.Invoking(t => t.Fit(batches)).Should().Throw<NonFiniteException>().Which;

        error.Message.Should().Be("Update 1: the loss is Infinity, though all weights and outputs of layers are finite: look at the targets. "
            + "The weights are those of the update before.");
        error.Layer.Should().BeNull();
    }

    [Fact]
    public void A_gradient_is_named_in_the_last_layer_that_has_it_where_the_backward_pass_began()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = TrainerOf(model, new Damaging((step, bptt) =>
        {
            if (step == 2)
            {
                bptt.State("1.h").FinalGradient[5] = double.NaN;
            }
        }));

        NonFiniteException error = Stops(trainer);

        error.Message.Should().Match("Update 2: the gradient of 1.W (LstmLayer 6→9) holds NaN at [*, *], as do those of 3 more; the loss was 1.*");
        error.Should().BeEquivalentTo(new { Step = 2L, Layer = 1, Tensor = "1.W" });
        model.Parameters.Gradients.ContainsAnyExcept(0.0).Should().BeFalse();
        trainer.Optimizer.Steps.Should().Be(1);
        model.Parameters.Values.ContainsAnyExceptInRange(-100, 100).Should().BeFalse();
    }

    /// <summary>With this rate the first update makes all weights huge; what overflows then depends on the type and the model.</summary>
    [Theory]
    [InlineData(1e10, 1)]
    [InlineData(1e20, 1)]
    [InlineData(3e37, 1)]
    [InlineData(1e10, 2)]
    public void Weights_that_have_grown_without_bound_are_told_with_the_learning_rate(double rate, int layers)
    {
        Sequential<float> model = new(
        [
            new Embedding<float>(7, 6),
            .. Enumerable.Range(0, layers).Select(_ => new RnnLayer<float>(6, 6, new() { Activation = Activation.Relu })),
            new Dense<float>(6, 7),
        ]);
        model.Initialize(3);
        Trainer<float, TokenWindow> trainer = new(model, new NextTokenTask<float>(), new Adam<float>(model.Parameters, rate), 8, 4);
        TokenWindows source = Trainings.Windows();

        NonFiniteException error = trainer.Invoking(t => t.Fit(source, epochs: 40)).Should().Throw<NonFiniteException>().Which;

        string learningRate = rate.ToString(CultureInfo.InvariantCulture);
        error.Message.Should().MatchRegex(
            $"^Update {error.Step}: .*The weights have grown without bound: after update {error.Step - 1}, "
            + $"with the learning rate {Regex.Escape(learningRate)}, [0-9]+\\.[A-Za-z]+ holds .* at \\[.*, "
            + "where the largest weight was 0\\.[0-9]+ when the training began\\. Lower the learning rate, or clip the gradients\\.");
        error.Message.Should().NotContain("look at the targets");
    }

    [Fact]
    public void Weights_that_were_large_from_the_beginning_have_not_grown()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        double before = WeightGrowth<double>.Largest(model.Parameters);
        model.Parameters["2.W"].Value[7] = -1e7;

        WeightGrowth<double>.Largest(model.Parameters).Should().Be(1e7);
        WeightGrowth<double>.Describe(model.Parameters, 1e7, 3, 0.1).Should().BeEmpty();
        WeightGrowth<double>.Describe(model.Parameters, before, 3, 0.1)
            .Should().Contain("after update 3, with the learning rate 0.1, 2.W holds -10000000 at [0, 7]");
    }

    [Fact]
    public void A_norm_that_overflows_is_no_gradient_that_does()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        model.Parameters.Gradients.Fill(1e200);

        NonFiniteSearch<double>.InBackward(model, 1234, 0.5, double.PositiveInfinity).Message.Should()
            .StartWith("Update 1,234: the norm of the gradients is Infinity, though each is finite; the loss was 0.5.");
    }

    [Fact]
    public void A_step_can_be_skipped_as_if_its_batch_had_not_been()
    {
        Sequential<double> damaged = Trainings.TokenModel<double>(), healthy = Trainings.TokenModel<double>();
        TrainerOptions<double> options = new() { NonFinite = NonFiniteHandling.SkipStep, ProgressInterval = TimeSpan.Zero };
        Reports reports = new();
        Trainer<double, TokenWindow> trainer = TrainerOf(damaged, new Damaging((step, bptt) =>
        {
            if (step == 4)
            {
                bptt.State("1.c").Value[2] = double.NaN;
            }
        }), options);
        Trainer<double, TokenWindow> other = TrainerOf(healthy, new Damaging((step, bptt) =>
        {
            if (step == 4)
            {
                bptt.ResetState();
            }
        }));

        TrainingResult result = trainer.Fit(Trainings.Windows(), progress: reports);
        TrainingResult expected = other.Fit(new Without(3, Trainings.Windows()));

        result.SkippedSteps.Should().Be(1);
        result.Steps.Should().Be(12);
        reports.All[^1].SkippedSteps.Should().Be(1);
        result.History[0].Training.Should().BeEquivalentTo(expected.History[0].Training);
        result.History[0].Training.Weight.Should().Be(396 - 32);
        result.History[0].Training.Metrics["perplexity"].Should().BeApproximately(Math.Exp(result.History[0].Training.Loss), 1e-12);
        Trainings.Bits(damaged).Should().Equal(Trainings.Bits(healthy));
    }

    [Fact]
    public void A_skipped_gradient_leaves_the_optimiser_as_it_was()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = TrainerOf(
            model,
            new Damaging((step, bptt) => bptt.State("1.h").FinalGradient[5] = step == 5 ? double.NaN : 0),
            new() { NonFinite = NonFiniteHandling.SkipStep, AccumulateBatches = 2 });

        TrainingResult result = trainer.Fit(Trainings.Windows());

        // 13 batches: two updates of two, one skipped, three of two and one of the last.
        result.SkippedSteps.Should().Be(1);
        result.Steps.Should().Be(6);
        model.Parameters.Values.ContainsAnyExceptInRange(-100, 100).Should().BeFalse();
    }

    [Fact]
    public void Too_many_skips_in_turn_end_the_training()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        int batches = 0;
        Trainer<double, TokenWindow> trainer = TrainerOf(
            model,
            new Damaging((_, bptt) => bptt.State("1.h").FinalGradient[5] = ++batches is 2 or > 5 ? double.NaN : 0),
            new() { NonFinite = NonFiniteHandling.SkipStep, MaxSkipsInTurn = 3 });

        NonFiniteException error = Stops(trainer);

        error.Step.Should().Be(5);
        batches.Should().Be(9);
    }

    [Fact]
    public void A_step_that_the_optimiser_refuses_ends_the_training_or_is_skipped()
    {
        // Their norm is finite, and their squares are not.
        Action<int, Bptt<double>> harm = (step, bptt) => bptt.State("1.h").FinalGradient[5] = step == 3 ? 1e200 : 0;
        Sequential<double> stopped = Trainings.TokenModel<double>(), skipping = Trainings.TokenModel<double>();
        Sequential<double> clipped = Trainings.TokenModel<double>();

        NonFiniteException error = Stops(TrainerOf(stopped, new Damaging(harm)));
        TrainerOptions<double> skip = new() { NonFinite = NonFiniteHandling.SkipStep }, clip = new() { ClipByGlobalNorm = 1 };
        TrainingResult skips = TrainerOf(skipping, new Damaging(harm), skip).Fit(Trainings.Windows());
        TrainingResult clips = TrainerOf(clipped, new Damaging(harm), clip).Fit(Trainings.Windows());

        error.Message.Should().StartWith("Update 3: the variance of ");
        error.Message.Should().Contain(" would be Infinity at [").And.Contain("clip the gradients");
        error.Step.Should().Be(3);
        stopped.Parameters.Gradients.ContainsAnyExcept(0.0).Should().BeFalse();
        (skips.Steps, skips.SkippedSteps, clips.Steps, clips.SkippedSteps).Should().Be((12, 1, 13, 0));
        foreach (Sequential<double> model in new[] { stopped, skipping, clipped })
        {
            model.Parameters.Values.ContainsAnyExceptInRange(-100, 100).Should().BeFalse();
        }
    }

    private static NonFiniteException Stops(Trainer<double, TokenWindow> trainer) =>
        trainer.Invoking(t => t.Fit(Trainings.Windows())).Should().Throw<NonFiniteException>().Which;

    private static Trainer<double, TokenWindow> TrainerOf(
        Sequential<double> model, TrainingTask<double, TokenWindow> task, TrainerOptions<double>? options = null) =>
        new(model, task, new Adam<double>(model.Parameters), 8, 4, options);

    /// <summary>Does harm before a batch, told the number of its batch from 1.</summary>
    private sealed class Damaging : TrainingTask<double, TokenWindow>
    {
        private readonly NextTokenTask<double> _task = new();
        private readonly Action<int, Bptt<double>> _harm;
        private int _batch;

        public Damaging(Action<int, Bptt<double>> harm)
        {
            _harm = harm;
            Metrics = _task.Metrics;
        }

        public override void Measure(ReadOnlySpan<double> predictions, TokenWindow batch, BatchLoss loss) => _task.Measure(predictions, batch, loss);

        public override void Forward(Bptt<double> bptt, TokenWindow batch)
        {
            _harm(++_batch, bptt);
            _task.Forward(bptt, batch);
        }

        public override BatchLoss Evaluate(ReadOnlySpan<double> predictions, TokenWindow batch, Span<double> gradient) =>
            _task.Evaluate(predictions, batch, gradient);
    }

    /// <summary>Leaves out a batch of each epoch.</summary>
    private sealed class Without(int number, IBatchSource<TokenWindow> source) : IBatchSource<TokenWindow>
    {
        public int BatchesPerEpoch => source.BatchesPerEpoch;

        public BatchPosition Position
        {
            get => source.Position;
            set => source.Position = value;
        }

        public TokenWindow? NextBatch()
        {
            if (Position.Batch == number)
            {
                source.NextBatch();
            }

            return source.NextBatch();
        }
    }

    private sealed class Endless : RegressionLoss
    {
        public override double Evaluate<T>(ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> gradient, LossSteps steps) => double.PositiveInfinity;
    }
}
