namespace Lstm.Tests.Training;

/// <summary>A trainer is for one thread at a time, and what it calls may call it where that does no harm.</summary>
public sealed class TrainerUseTests
{
    [Fact]
    public void A_second_thread_is_refused_and_disturbs_nothing()
    {
        Trainer<double, TokenWindow> trainer = Create(), alone = Create();
        Checkpoint<double> checkpoint = trainer.Checkpoint();
        TokenWindow batch = Trainings.Windows().NextBatch()!;
        (string Name, Action Call)[] calls =
        [
            ("Fit", () => trainer.Fit(Trainings.Windows())),
            ("Evaluate", () => trainer.Evaluate(Trainings.Windows())),
            ("Predict", () => trainer.Predict(batch)),
            ("Predict", () => trainer.Predict(Trainings.Windows(), (_, _) => { })),
            ("Checkpoint", () => trainer.Checkpoint()),
            ("Restore", () => trainer.Restore(checkpoint)),
            ("Restore", () => trainer.RestoreBest()),
        ];
        List<Exception?> errors = [];
        Reports reports = new(report =>
        {
            if (report.Step == 3)
            {
                foreach ((_, Action call) in calls)
                {
                    errors.Add(OnAnotherThread(call));
                }
            }
        });

        trainer.Fit(Trainings.Windows(), Trainings.Windows(seed: 4), progress: reports);
        alone.Fit(Trainings.Windows(), Trainings.Windows(seed: 4));

        errors.Should().HaveCount(7);
        errors.Zip(calls).Should().OnlyContain(pair =>
            pair.First is InvalidOperationException
                && pair.First.Message.Contains("another one is using this trainer, in Fit; this one called " + pair.Second.Name));
        Trainings.Bits(trainer.Model).Should().Equal(Trainings.Bits(alone.Model));
        Trainings.Describe(trainer.History).Should().Equal(Trainings.Describe(alone.History));
        OnAnotherThread(() => trainer.Evaluate(Trainings.Windows())).Should().BeNull("nobody is inside any longer");
    }

    [Fact]
    public void A_handler_may_evaluate_predict_and_take_checkpoints()
    {
        Trainer<double, TokenWindow> trainer = Create(), alone = Create();
        TokenWindows source = Trainings.Windows();
        TokenWindow other = Trainings.Windows(seed: 7).NextBatch()!;
        List<double> losses = [];
        Reports reports = new(report =>
        {
            losses.Add(trainer.Evaluate(Trainings.Windows(seed: 4)).Loss);
            trainer.Predict(other).Length.Should().Be(8 * 4 * Trainings.Vocabulary);
            trainer.Checkpoint().Step.Should().Be(report.Step);
        });

        trainer.Fit(source, Trainings.Windows(seed: 4), epochs: 2, reports);
        alone.Fit(Trainings.Windows(), Trainings.Windows(seed: 4), epochs: 2);

        losses.Should().HaveCount(28);
        losses[^1].Should().Be(trainer.History[1].Validation!.Loss);
        Trainings.Bits(trainer.Model).Should().Equal(Trainings.Bits(alone.Model));
        Trainings.Describe(trainer.History).Should().Equal(Trainings.Describe(alone.History));
    }

    [Fact]
    public void A_handler_may_not_train_or_restore()
    {
        foreach (Action<Trainer<double, TokenWindow>> call in new Action<Trainer<double, TokenWindow>>[]
        {
            trainer => trainer.Fit(Trainings.Windows()), trainer => trainer.RestoreBest(), trainer => trainer.Restore(trainer.Checkpoint()),
        })
        {
            Trainer<double, TokenWindow> trainer = Create();
            Action fit = () => trainer.Fit(Trainings.Windows(), progress: new Reports(_ => call(trainer)));

            fit.Should().Throw<InvalidOperationException>().WithMessage("*from within Fit of the same trainer*");
            trainer.Steps.Should().Be(1);
            trainer.Fit(Trainings.Windows()).End.Should().Be(StopReason.Epochs, "after an error everybody is outside");
        }
    }

    [Fact]
    public void Predictions_are_not_overwritten_from_within()
    {
        Trainer<double, TokenWindow> trainer = Create();
        TokenWindow other = Trainings.Windows(seed: 7).NextBatch()!;

        trainer.Invoking(t => t.Predict(Trainings.Windows(), (_, _) => t.Predict(other)))
            .Should().Throw<InvalidOperationException>().WithMessage("*Predict from within Predict*");
        trainer.Invoking(t => t.Predict(Trainings.Windows(), (_, _) => t.Evaluate(Trainings.Windows())))
            .Should().Throw<InvalidOperationException>();
        trainer.Predict(Trainings.Windows(), (_, _) => trainer.Checkpoint());
    }

    private static Trainer<double, TokenWindow> Create()
    {
        Sequential<double> model = Trainings.TokenModel<double>();
        return new(model, new NextTokenTask<double>(), new Adam<double>(model.Parameters), 8, 4, new()
        {
            ProgressInterval = TimeSpan.Zero,
            EarlyStopping = new() { Patience = int.MaxValue },
        });
    }

    private static Exception? OnAnotherThread(Action call)
    {
        Exception? error = null;
        Thread thread = new(() => error = Record.Exception(call));
        thread.Start();
        thread.Join();
        return error;
    }
}
