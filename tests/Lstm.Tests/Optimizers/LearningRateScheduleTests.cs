namespace Lstm.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Constant_step_and_exponential()
    {
        At(LearningRateSchedule.Constant(0.5), 0, 1, 1_000_000).Should().Equal(0.5, 0.5, 0.5);
        At(LearningRateSchedule.Step(0.5, period: 3, factor: 0.5), 0, 2, 3, 5, 6).Should().Equal(0.5, 0.5, 0.25, 0.25, 0.125);
        At(LearningRateSchedule.Exponential(0.5, 0.5), 0, 1, 3).Should().Equal(0.5, 0.25, 0.0625);
        At(LearningRateSchedule.Exponential(1, 0.25, period: 4), 0, 2, 4, 8).Should().Equal(1, 0.5, 0.25, 0.0625);
    }

    [Fact]
    public void Cosine_falls_from_first_to_last_and_stays()
    {
        LearningRateSchedule cosine = LearningRateSchedule.Cosine(1, steps: 6, finalRate: 0.2);

        ShouldBe(cosine, (0, 1), (2, 0.2 + 0.8 * 0.75), (3, 0.6), (4, 0.2 + 0.8 * 0.25), (6, 0.2), (7, 0.2), (600, 0.2));
    }

    [Fact]
    public void One_cycle_rises_falls_and_stays()
    {
        // The rise ends at step 0.3 * 20 - 1 = 5, the fall at step 19.
        LearningRateSchedule cycle = LearningRateSchedule.OneCycle(1, steps: 20, divisor: 10, finalDivisor: 100);

        ShouldBe(cycle, (0, 0.1), (5, 1), (19, 0.001), (20, 0.001), (1000, 0.001));
        ShouldBe(cycle, (1, 1 - 0.9 * (1 + Math.Cos(Math.PI / 5)) / 2), (12, (1 + 0.001) / 2));
        double[] rates = At(cycle, [.. Enumerable.Range(0, 20)]);
        rates.Take(6).Should().BeInAscendingOrder();
        rates.Skip(5).Should().BeInDescendingOrder();
    }

    [Fact]
    public void Warm_up_rises_in_equal_parts_to_any_schedule()
    {
        LearningRateSchedule schedule = LearningRateSchedule.Step(1, period: 2, factor: 0.5).AfterWarmUp(3);

        At(schedule, 0, 1, 2, 3, 4, 5, 6).Should().Equal(0.25, 0.5, 0.75, 1, 1, 0.5, 0.5);
        At(LearningRateSchedule.Constant(2).AfterWarmUp(0), 0, 1).Should().Equal(2, 2);
    }

    [Fact]
    public void A_plateau_lowers_the_rate_after_more_bad_reports_than_its_patience()
    {
        ReduceOnPlateau plateau = new(1, factor: 0.5, patience: 2, threshold: 0.1, minRate: 0.2);

        Report(plateau, 10, 9.5, 9.5).Should().Equal([1, 1, 1], "5 % less is not better, and two reports are borne");
        Report(plateau, 9.2).Should().Equal(0.5);
        Report(plateau, 8.9, 9, 9).Should().Equal([0.5, 0.5, 0.5], "11 % less is better and starts the count again");
        Report(plateau, double.NaN).Should().Equal(0.25);
        Report(plateau, 9, 9, 9, 9, 9, 9).Should().Equal(0.25, 0.25, 0.2, 0.2, 0.2, 0.2);
        plateau.At(12345).Should().Be(0.2);
    }

    [Fact]
    public void A_plateau_cools_down_and_takes_negative_losses()
    {
        ReduceOnPlateau plateau = new(1, factor: 0.5, patience: 0, threshold: 0.1, cooldown: 2);

        Report(plateau, -10, -10.5, -10, -10, -10, -11.5).Should().Equal(1, 0.5, 0.5, 0.5, 0.25, 0.25);
        plateau.State.Best.Should().Be(-11.5);
    }

    [Fact]
    public void A_rate_below_the_least_is_not_raised() =>
        Report(new ReduceOnPlateau(0.1, patience: 0, minRate: 0.5), 1, 1).Should().Equal(0.1, 0.1);

    [Fact]
    public void A_loss_that_is_no_finite_number_is_never_the_best()
    {
        ReduceOnPlateau plateau = new(1, patience: 9);

        Report(plateau, double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        plateau.State.Should().Be(new PlateauState(1, double.PositiveInfinity, 3, 0));

        Report(plateau, 7);
        plateau.State.Should().Be(new PlateauState(1, 7, 0, 0));
    }

    [Fact]
    public void A_plateau_goes_on_from_its_state()
    {
        double[] losses = [5, 4, 4, 4, double.NaN, 3, 3, 3, 3, 3, 3, 3];
        for (int stop = 0; stop < losses.Length; stop++)
        {
            ReduceOnPlateau whole = new(1, patience: 1, cooldown: 1), before = new(1, patience: 1, cooldown: 1), after = new(1, patience: 1, cooldown: 1);
            double[] expected = Report(whole, losses);
            double[] first = Report(before, losses[..stop]);
            after.State = before.State;

            first.Concat(Report(after, losses[stop..])).Should().Equal(expected);
        }
    }

    [Fact]
    public void Arguments_out_of_range_are_named()
    {
        Dictionary<string, Action[]> creations = new()
        {
            ["rate"] =
            [
                () => LearningRateSchedule.Constant(-1), () => LearningRateSchedule.Step(double.NaN, 1), () => LearningRateSchedule.Exponential(-1, 0.5),
                () => LearningRateSchedule.Cosine(double.PositiveInfinity, 3), () => _ = new ReduceOnPlateau(-1),
            ],
            ["maxRate"] = [() => LearningRateSchedule.OneCycle(-1, 10)],
            ["period"] = [() => LearningRateSchedule.Step(1, 0), () => LearningRateSchedule.Exponential(1, 0.5, 0)],
            ["factor"] =
            [
                () => LearningRateSchedule.Step(1, 1, 0), () => LearningRateSchedule.Exponential(1, 1.5), () => LearningRateSchedule.Step(1, 1, double.NaN),
                () => _ = new ReduceOnPlateau(1, factor: 1),
            ],
            ["steps"] = [() => LearningRateSchedule.Cosine(1, 0), () => LearningRateSchedule.OneCycle(1, 1), () => LearningRateSchedule.Constant(1).AfterWarmUp(-1)],
            ["finalRate"] = [() => LearningRateSchedule.Cosine(1, 1, -1)],
            ["rise"] = [() => LearningRateSchedule.OneCycle(1, 10, rise: 0.05), () => LearningRateSchedule.OneCycle(1, 10, rise: 1)],
            ["divisor"] = [() => LearningRateSchedule.OneCycle(1, 10, divisor: 0.5)],
            ["finalDivisor"] = [() => LearningRateSchedule.OneCycle(1, 10, finalDivisor: double.NaN)],
            ["step"] = [() => LearningRateSchedule.Constant(1).At(-1)],
            ["patience"] = [() => _ = new ReduceOnPlateau(1, patience: -1)],
            ["threshold"] = [() => _ = new ReduceOnPlateau(1, threshold: 1)],
            ["cooldown"] = [() => _ = new ReduceOnPlateau(1, cooldown: -1)],
            ["minRate"] = [() => _ = new ReduceOnPlateau(1, minRate: -1)],
            ["value"] =
            [
                () => new ReduceOnPlateau(1).State = new(-1, 1, 0, 0), () => new ReduceOnPlateau(1).State = new(1, double.NaN, 0, 0),
                () => new ReduceOnPlateau(1).State = new(1, 1, -1, 0), () => new ReduceOnPlateau(1).State = new(1, 1, 0, -1),
            ],
        };

        foreach ((string name, Action[] actions) in creations)
        {
            actions.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name));
        }
    }

    private static double[] At(LearningRateSchedule schedule, params int[] steps) => Array.ConvertAll(steps, step => schedule.At(step));

    private static void ShouldBe(LearningRateSchedule schedule, params (int Step, double Rate)[] expected)
    {
        foreach ((int step, double rate) in expected)
        {
            schedule.At(step).Should().BeApproximately(rate, 1e-15, "of step {0}", step);
        }
    }

    private static double[] Report(ReduceOnPlateau plateau, params double[] losses) => Array.ConvertAll(losses, loss =>
    {
        plateau.Report(loss);
        return plateau.At(0);
    });
}
