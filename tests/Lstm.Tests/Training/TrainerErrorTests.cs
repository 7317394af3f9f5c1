namespace Lstm.Tests.Training;

public sealed class TrainerErrorTests
{
    private static readonly Sequential<double> Model = Trainings.TokenModel<double>();

    public static TheoryData<TrainerOptions<double>, string> BadOptions => new()
    {
        { new() { ClipByGlobalNorm = 0 }, "*greater than 0*ClipByGlobalNorm*" },
        { new() { ClipByNorm = double.NaN }, "*greater than 0*ClipByNorm*" },
        { new() { ClipByValue = -1 }, "*greater than 0*ClipByValue*" },
        { new() { ClipByValue = double.PositiveInfinity }, "*finite*ClipByValue*" },
        { new() { NonFinite = (NonFiniteHandling)5 }, "*NonFiniteHandling*Stop, SkipStep*NonFinite*5*" },
        { new() { ClipByValue = 1, ClipByNorm = 1 }, "*at most one kind of clipping*" },
        { new() { AccumulateBatches = 0 }, "*1 or more*AccumulateBatches*" },
        { new() { MaxSteps = -1 }, "*0 or more*MaxSteps*" },
        { new() { RoundSteps = 0 }, "*1 or more*RoundSteps*" },
        { new() { CheckpointSteps = 0 }, "*1 or more*CheckpointSteps*" },
        { new() { MaxSkipsInTurn = -1 }, "*0 or more*MaxSkipsInTurn*" },
        { new() { EvaluationSteps = 0 }, "*1 or more*EvaluationSteps*" },
        { new() { EvaluationBatch = 0 }, "*1 or more*EvaluationBatch*" },
        { new() { EarlyStopping = new() { Patience = 0 } }, "*1 or more*Patience*" },
        { new() { EarlyStopping = new() { MinImprovement = -1 } }, "*0 or more*MinImprovement*" },
        { new() { ProgressInterval = TimeSpan.FromSeconds(-1) }, "*ProgressInterval*" },
        { new() { Bptt = new() { ForwardOnly = true } }, "*for training*ForwardOnly*" },
        { new() { Bptt = new() { Threads = -1 } }, "*threads*" },
        { new() { Average = WeightAverage<double>.Mean(Trainings.TokenModel<double>().Parameters) }, "*Average*another model*" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_that_cannot_be_are_refused_by_name(TrainerOptions<double> options, string message)
    {
        FluentActions.Invoking(() => new Trainer<double, TokenWindow>(Model, new NextTokenTask<double>(), new Sgd<double>(Model.Parameters, 1), 8, 4, options))
            .Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Theory]
    [InlineData(1e-50)]
    [InlineData(1e50)]
    public void Limits_that_become_0_or_infinite_in_float_are_refused(double limit)
    {
        Sequential<float> model = Trainings.TokenModel<float>();
        foreach (TrainerOptions<float> options in new TrainerOptions<float>[]
        {
            new() { ClipByValue = limit }, new() { ClipByNorm = limit }, new() { ClipByGlobalNorm = limit },
            new() { Bptt = new() { StepClipping = new() { HiddenGradient = limit } } },
        })
        {
            Sgd<float> optimizer = new(model.Parameters, 1);
            FluentActions.Invoking(() => new Trainer<float, TokenWindow>(model, new NextTokenTask<float>(), optimizer, 8, 4, options))
                .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*Single*");
        }
    }

    [Fact]
    public void An_optimiser_of_another_model_is_refused()
    {
        FluentActions.Invoking(() => new Trainer<double, TokenWindow>(
                Model, new NextTokenTask<double>(), new Sgd<double>(Trainings.TokenModel<double>().Parameters, 1), 8, 4))
            .Should().Throw<ArgumentException>().WithMessage("*another model*").WithParameterName("optimizer");
    }

    [Fact]
    public void Metrics_of_one_name_are_refused()
    {
        FluentActions.Invoking(() => new Trainer<double, TokenWindow>(
                Model, new NextTokenTask<double> { Metrics = [new Accuracy(), new Accuracy()] }, new Sgd<double>(Model.Parameters, 1), 8, 4))
            .Should().Throw<ArgumentException>().WithMessage("*two are called 'accuracy'*").WithParameterName("task");
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_refused_by_its_shape()
    {
        Trainer<double, TokenWindow> trainer = new(Model, new NextTokenTask<double>(), new Sgd<double>(Model.Parameters, 1), 8, 4);

        trainer.Invoking(t => t.Fit(Trainings.Windows(batch: 5))).Should().Throw<ArgumentException>().WithMessage("*4 sequences*has 5*");
        trainer.Invoking(t => t.Fit(null!)).Should().Throw<ArgumentNullException>();
        trainer.Invoking(t => t.Fit(Trainings.Windows(), epochs: 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("epochs");
    }
}
