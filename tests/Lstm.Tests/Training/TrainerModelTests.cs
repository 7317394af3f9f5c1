using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Training;

/// <summary>The trainer against models of it that are as plain as they can be, over random options and calls.</summary>
public sealed class TrainerModelTests
{
    private const double Tolerance = 1e-9;

    /// <summary>A call of Fit: so many epochs more, cancelled after so many updates more.</summary>
    private sealed record Call(int Epochs, int? Updates, bool ThroughCheckpoint);

    private sealed record Case(TrainingRecipe Recipe, Call[] Calls);

    /// <summary>Weights, moments, history, ends and counts of every call, whatever came before it, are those of the loop by hand.</summary>
    [Fact]
    public void Calls_of_Fit_are_the_loop_by_hand() => Check(60, 1, test =>
    {
        Trainer<double, TokenWindow> trainer = test.Recipe.CreateTrainer();
        PlainTrainer plain = new(test.Recipe);
        TokenWindows training = test.Recipe.Training(), validation = TrainingRecipe.Validation();
        int epochs = 0;
        foreach (Call call in test.Calls)
        {
            if (call.ThroughCheckpoint)
            {
                Checkpoint<double> checkpoint = trainer.Checkpoint();
                trainer = test.Recipe.CreateTrainer();
                trainer.Restore(checkpoint);
            }

            epochs = trainer.Epoch + call.Epochs;
            long? end = trainer.Steps + call.Updates;
            TrainingResult result = Fit(trainer, training, test.Recipe.Validates ? validation : null, epochs, end);
            StopReason expected = plain.Fit(epochs, end);

            (result.End, result.Steps, trainer.Steps).Should().Be((expected, plain.Updates, plain.Updates));
            Numbers.ShouldAgree(trainer.Model.Parameters.Values, plain.Model.Parameters.Values, Tolerance);
            trainer.Optimizer.State.Steps.Should().Be(plain.Moments.Steps);
            for (int k = 0; k < plain.Moments.Tensors.Count; k++)
            {
                Numbers.ShouldAgree(trainer.Optimizer.State.Tensors[k].Values.Span, plain.Moments.Tensors[k].Values.Span, Tolerance);
            }
        }

        trainer.History.Should().HaveCount(plain.Rounds.Count);
        foreach ((TrainingRound round, (double loss, double count, double validated, long updates)) in trainer.History.Zip(plain.Rounds))
        {
            (round.Step, round.Training.Weight).Should().Be((updates, count));
            ShouldBe(round.Training.Loss, loss);
            ShouldBe(round.Training.Metrics["perplexity"], Math.Exp(loss));
            ShouldBe(round.Validation?.Loss ?? double.NaN, validated);
        }
    });

    /// <summary>A run that was killed at any moments, and resumed from its checkpoints, has the bits of one that was not.</summary>
    [Fact]
    public void Killed_and_resumed_anywhere_it_is_the_run_that_was_not() => Check(40, 2, test =>
    {
        List<Checkpoint<double>> checkpoints = [];
        Trainer<double, TokenWindow> straight = test.Recipe.CreateTrainer(), killed = test.Recipe.CreateTrainer(checkpoints.Add);
        TokenWindows own = test.Recipe.Training(), validation = TrainingRecipe.Validation();
        foreach (Call call in test.Calls)
        {
            int epochs = straight.Epoch + call.Epochs;
            TrainingResult expected = straight.Fit(own, test.Recipe.Validates ? validation : null, epochs);
            Checkpoint<double>? last = killed.Checkpoint();
            TrainingResult? result = null;
            for (int kill = 0; result is null; kill++)
            {
                killed = test.Recipe.CreateTrainer(checkpoints.Add);
                killed.Restore(last);
                checkpoints.Clear();
                int lasts = kill < 3 && call.Updates is int updates ? 1 + (updates + kill) % 4 : int.MaxValue;
                try
                {
                    result = killed.Fit(
                        test.Recipe.Training(), test.Recipe.Validates ? TrainingRecipe.Validation() : null, epochs, new Reports(_ =>
                        {
                            if (checkpoints.Count >= lasts)
                            {
                                throw new OperationCanceledException("killed");
                            }
                        }));
                }
                catch (OperationCanceledException)
                {
                    last = checkpoints[^1];
                }
            }

            (result.End, result.Steps).Should().Be((expected.End, expected.Steps));
            Trainings.Describe(result.History).Should().Equal(Trainings.Describe(expected.History));
            Trainings.Bits(killed.Model).AsSpan().SequenceEqual(Trainings.Bits(straight.Model)).Should().BeTrue();
            Trainings.Digest(killed.Optimizer.State).Should().Be(Trainings.Digest(straight.Optimizer.State));
        }
    });

    /// <summary>Batches that are accumulated are one batch, whatever of them counts.</summary>
    [Fact]
    public void Accumulated_batches_are_one()
    {
        Gen<(int Batch, int Count, int Sequences, double Ignored, double? Clip, bool Adam, ulong Seed)> cases =
            from batch in Gen.Choose(1, 4)
            from count in Gen.Choose(1, 4)
            from sequences in Gen.Choose(2, 30)
            from ignored in Gen.Elements(0, 0.3, 0.8)
            from clip in Gen.Elements<double?>(null, 0.1)
            from adam in Gen.Elements(true, false)
            from seed in Gen.Choose(1, 1000)
            select (batch, count, sequences, ignored, clip, adam, (ulong)seed);
        Prop.ForAll(Arb.From(cases), test =>
        {
            (int batch, int count, int sequences, double ignored, double? clip, bool adam, ulong seed) = test;
            SequenceSet<double> set = new(features: 2, classes: 3);
            double[] random = Numbers.Random(sequences, seed);
            for (int s = 0; s < sequences; s++)
            {
                double draw = (random[s] + 1) / 2;
                set.Add(Numbers.Random(2 * (1 + s * 7 % 6), seed + (ulong)s), s == 0 || draw > ignored ? s % 2 : 2);
            }

            Trainer<double, PaddedBatch<double>> Fit(int sequencesOfBatch, int accumulate)
            {
                Sequential<double> model = Trainings.SequenceModel(outputs: 3);
                Optimizer<double> optimizer = adam
                    ? new Adam<double>(model.Parameters, 0.01, epsilon: 1e-3)
                    : new Sgd<double>(model.Parameters, 0.2);
                Trainer<double, PaddedBatch<double>> trainer = new(
                    model, new ClassificationTask<double> { IgnoreIndex = 2 }, optimizer, 6, sequencesOfBatch,
                    new() { AccumulateBatches = accumulate, ClipByGlobalNorm = clip });
                trainer.Fit(new PaddedBatches<double>(set, sequencesOfBatch), epochs: 3);
                return trainer;
            }

            Trainer<double, PaddedBatch<double>> parts = Fit(batch, count), whole = Fit(batch * count, 1);

            parts.Steps.Should().Be(whole.Steps);
            Numbers.ShouldAgree(parts.Model.Parameters.Values, whole.Model.Parameters.Values, Tolerance);
            foreach ((TrainingRound part, TrainingRound expected) in parts.History.Zip(whole.History))
            {
                part.Training.Weight.Should().Be(expected.Training.Weight);
                ShouldBe(part.Training.Loss, expected.Training.Loss);
                part.Training.Metrics["accuracy"].Should().Be(expected.Training.Metrics["accuracy"]);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20262, 3));
    }

    private static TrainingResult Fit(
        Trainer<double, TokenWindow> trainer, TokenWindows training, TokenWindows? validation, int epochs, long? end)
    {
        using CancellationTokenSource stop = new();
        return trainer.Fit(training, validation, epochs, new Reports(report =>
        {
            if (report.Step >= end)
            {
                stop.Cancel();
            }
        }), stop.Token);
    }

    private static void Check(int count, ulong seed, Action<Case> check)
    {
        int checkedCases = 0;
        Prop.ForAll(Arb.From(Cases()), test =>
        {
            check(test);
            checkedCases++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(20263 + seed, 1));
        checkedCases.Should().Be(count);
    }

    private static Gen<Case> Cases() =>
        from marks in Gen.NonEmptyListOf(Gen.Elements('.', '.', '.', '0', 'N'))
        from adam in Gen.Elements(true, false)
        from accumulate in Gen.Choose(1, 3)
        from clip in Gen.Elements<double?>(null, 0.5)
        from decay in Gen.Elements<double?>(null, null, 0.6)
        from patience in Gen.Elements<int?>(null, 1, 2)
        from validates in Gen.Elements(true, false)
        from anneals in Gen.Elements(true, false)
        from dropout in Gen.Elements(0, 0.3)
        from calls in Calls()
        select new Case(
            new TrainingRecipe
            {
                Marks = string.Concat(marks.Take(7)) + ".",
                Adam = adam,
                Accumulate = accumulate,
                Clip = clip,
                Decay = decay,
                Patience = patience,
                Validates = validates,
                Anneals = anneals,
                Dropout = dropout,
            },
            calls);

    private static Gen<Call[]> Calls() => (
        from epochs in Gen.Choose(1, 4)
        from updates in Gen.Elements<int?>(null, null, 1, 2, 5, 9)
        from through in Gen.Elements(true, false, false)
        select new Call(epochs, updates, through)).ArrayOf(3);

    private static void ShouldBe(double actual, double expected)
    {
        if (double.IsNaN(expected))
        {
            actual.Should().Be(double.NaN);
        }
        else
        {
            actual.Should().BeApproximately(expected, Tolerance * Math.Max(1, Math.Abs(expected)));
        }
    }
}
