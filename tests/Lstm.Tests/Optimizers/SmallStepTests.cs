using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Lstm.Numerics;

namespace Lstm.Tests.Optimizers;

/// <summary>What the digits of float are too few for: shares of averages, and steps that are small beside their weights.</summary>
public sealed class SmallStepTests
{
    /// <summary>The rest is exact, too, where the step is larger than the number that takes it.</summary>
    [Fact]
    public void Sum_and_rest_are_exact_whichever_is_larger()
    {
        float[] values = [1000.3f, 1000.3f, -9.1f], average = [0.1f, 1e-6f, 7.7f], rests = [0, 0, 0], before = [.. average];

        AverageSteps.MoveTowards<float>(values, 0.5f, average, rests);

        for (int k = 0; k < values.Length; k++)
        {
            float step = 0.5f * values[k] - 0.5f * before[k];
            ((double)average[k] + rests[k]).Should().Be((double)before[k] + step);
        }

        rests[0].Should().NotBe(0, "the step is larger than the number and has digits that the sum has not");
    }

    [Fact]
    public void An_average_of_the_largest_numbers_is_between_them()
    {
        Sequential<float> model = new(new Dense<float>(1, 1));
        WeightAverage<float> average = WeightAverage<float>.Exponential(model.Parameters, 0.9);
        model.Parameters.Values.Fill(-3e38f);
        average.Update();
        model.Parameters.Values.Fill(3e38f);
        average.Update();

        average.State.Tensors[0].Values.Span[0].Should().BeApproximately(-2.4e38f, 1e32f);
        NamedState<float> state = average.State.Copy();
        average.Restore(average.State);
        average.State.Tensors.SelectMany(tensor => tensor.Values.ToArray()).Should().Equal(state.Tensors.SelectMany(tensor => tensor.Values.ToArray()));
    }

    [Fact]
    public void An_average_in_float_reaches_weights_that_stay()
    {
        ParameterCollection<float> parameters = Parameters<float>();
        WeightAverage<float> average = WeightAverage<float>.Exponential(parameters, 0.9999);
        parameters.Values.Fill(1);
        average.Update();
        parameters.Values.Fill(1.0004f);
        Repeat(200_000, average.Update);

        Applied(average, parameters).Should().BeApproximately(1.0004, 1e-6);
    }

    [Fact]
    public void An_average_in_float_follows_weights_that_drift()
    {
        ParameterCollection<float> parameters = Parameters<float>();
        WeightAverage<float> average = WeightAverage<float>.Exponential(parameters);
        for (int step = 0; step < 20_000; step++)
        {
            parameters.Values.Fill((float)(1 + step * 1e-7));
            average.Update();
        }

        parameters.Values.Fill(1.002f);
        Repeat(20_000, average.Update);

        Applied(average, parameters).Should().BeApproximately(1.002, 1e-6);
    }

    [Fact]
    public void A_mean_in_float_of_many_weights_is_their_mean()
    {
        ParameterCollection<float> parameters = Parameters<float>();
        WeightAverage<float> average = WeightAverage<float>.Mean(parameters);
        for (int step = 0; step < 300_000; step++)
        {
            parameters.Values.Fill(step < 100_000 ? 1 : 1.003f);
            average.Update();
        }

        Applied(average, parameters).Should().BeApproximately(1.002, 1e-6);
    }

    [Fact]
    public void Averages_in_float_are_those_in_double_but_for_the_last_rounding()
    {
        Gen<float> number =
            from exponent in Gen.Choose(-30, 30)
            from digits in Gen.Choose(-9999, 9999)
            select (float)(digits * Math.Pow(10, exponent));
        var cases = from walk in Gen.ArrayOf(number, 12) from decay in Gen.Elements(0, 0.5, 0.999, 0.99999) select (walk, decay);
        Prop.ForAll(Arb.From(cases), test =>
        {
            ParameterCollection<float> parameters = Parameters<float>();
            ParameterCollection<double> exact = Parameters<double>();
            WeightAverage<float> average = WeightAverage<float>.Exponential(parameters, test.decay);
            WeightAverage<double> reference = WeightAverage<double>.Exponential(exact, test.decay);
            foreach (float weight in test.walk)
            {
                parameters.Values.Fill(weight);
                exact.Values.Fill(weight);
                average.Update();
                reference.Update();
            }

            double expected = Applied(reference, exact), margin = 2e-6 * test.walk.Max(Math.Abs);
            Assert.InRange(Applied(average, parameters), expected - margin, expected + margin);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(3, 1));
    }

    [Fact]
    public void An_average_of_a_file_without_rests_goes_on_and_one_with_rests_to_the_bit()
    {
        ParameterCollection<float> parameters = OptimizerCases.Model<float>().Parameters;
        WeightAverage<float> average = WeightAverage<float>.Exponential(parameters), resumed = WeightAverage<float>.Exponential(parameters);
        WeightAverage<float> old = WeightAverage<float>.Exponential(parameters);
        Sgd<float> sgd = new(parameters, 1e-3);
        for (int step = 0; step < 40; step++)
        {
            OptimizerCases.Train(sgd, step, step + 1);
            average.Update();
            if (step < 20)
            {
                continue;
            }

            if (step == 20)
            {
                resumed.Restore(average.State.Copy());
                StateTensor<float>[] averages = [.. average.State.Tensors.Where(tensor => tensor.Name.StartsWith("average."))];
                old.Restore(average.State with { Tensors = averages });
                continue;
            }

            resumed.Update();
            old.Update();
        }

        resumed.State.Tensors.Select(tensor => tensor.Name)
            .Should().Equal(average.State.Tensors.Select(tensor => tensor.Name)).And.Contain("rest.0.W");
        All(resumed.State).Should().Equal(All(average.State));
        All(old.State).Length.Should().Be(All(average.State).Length);
        for (int k = 0; k < parameters.Values.Length; k++)
        {
            All(old.State)[k].Should().BeApproximately(All(average.State)[k], 2.4e-7f);
        }
    }

    public static TheoryData<string> OfTheRate { get; } = ["adam", "adamw", "rmsprop"];

    [Theory]
    [MemberData(nameof(OfTheRate))]
    public void Small_rates_move_weights_in_float_as_in_double(string name)
    {
        foreach (double rate in new[] { 1e-8, 3e-7, 9.5e-7 })
        {
            double expected = Moved<double>(name, rate, isCompensated: false);

            Moved<float>(name, rate, isCompensated: false)
                .Should().BeApproximately(expected, Math.Abs(expected) * 1e-3 + 1.2e-7, "{0}", rate);
        }

        Moved<double>("adam", 1e-8, isCompensated: false).Should().BeApproximately(-1e-5, 1e-9);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    [InlineData("adagrad")]
    [InlineData("rmsprop")]
    [InlineData("rmsprop-momentum")]
    [InlineData("adam")]
    [InlineData("adamw")]
    public void Compensation_keeps_steps_of_any_rate(string name)
    {
        // The weight is 100,000, of which half of the last digit is 4e-3.
        double expected = Moved<double>(name, 2e-3, isCompensated: false, weight: 1e5);

        Moved<float>(name, 2e-3, isCompensated: false, weight: 1e5)
            .Should().NotBeApproximately(expected, Math.Abs(expected) / 10, "the steps are lost");
        Moved<float>(name, 2e-3, isCompensated: true, weight: 1e5).Should().BeApproximately(expected, Math.Abs(expected) * 1e-3 + 4e-3);
        Moved<double>(name, 2e-3, isCompensated: true, weight: 1e5).Should().BeApproximately(expected, Math.Abs(expected) * 1e-8);
    }

    [Fact]
    public void The_rest_of_a_weight_that_was_replaced_is_dropped()
    {
        ParameterCollection<float> parameters = Parameters<float>();
        parameters.Values.Fill(1e6f);
        Sgd<float> sgd = new(parameters, 1) { IsCompensated = true };
        parameters.Gradients.Fill(0.01f);
        sgd.Step();
        sgd.State.Tensors[0].Values.Span[0].Should().Be(-0.01f);

        parameters.Values.Fill(0.5f);
        sgd.Step();

        parameters.Values[0].Should().Be(0.5f);
        sgd.State.Tensors[0].Values.Span[0].Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void A_compensated_run_resumes_to_the_bit_and_takes_states_without_rests(string name)
    {
        Optimizer<float> whole = Small(name), before = Small(name), after = Small(name), old = Small(name);
        NamedState<float> none = old.State.Copy();
        OptimizerCases.Train(whole, 0, 9);
        OptimizerCases.Train(before, 0, 4);
        after.Restore(before.State.Copy());
        before.Parameters.Values.CopyTo(after.Parameters.Values);
        OptimizerCases.Train(after, 4, 9);

        after.Parameters.Values.ToArray().Should().Equal(whole.Parameters.Values.ToArray());
        All(after.State).Should().Equal(All(whole.State));

        OptimizerCases.Train(old, 0, 9);
        old.Restore(none);
        OptimizerCases.Model<float>().Parameters.Values.CopyTo(old.Parameters.Values);
        OptimizerCases.Train(old, 0, 9);
        old.Parameters.Values.ToArray().Should().Equal(whole.Parameters.Values.ToArray());

        static Optimizer<float> Small(string name)
        {
            string normalized = name.Replace("sgd", "adam", StringComparison.Ordinal).Split('-')[0];
            Optimizer<float> optimizer = OptimizerCases.Create(normalized, OptimizerCases.Model<float>().Parameters);
            optimizer.LearningRate = 5e-7;
            return optimizer;
        }
    }

    [Fact]
    public void A_moment_in_float_is_right_to_the_last_digit_divided_by_one_minus_its_decay()
    {
        foreach (double beta2 in new[] { 0.999, 0.9999, 0.99999 })
        {
            ParameterCollection<float> parameters = Parameters<float>();
            Adam<float> adam = new(parameters, beta2: beta2);
            double variance = 0;
            for (int step = 0; step < 30_000; step++)
            {
                float gradient = step < 10_000 ? 1 : 0.97f;
                parameters.Gradients.Fill(gradient);
                adam.Step();
                variance = beta2 * variance + (1 - beta2) * gradient * gradient;
            }

            double actual = adam.State.Tensors.First(tensor => tensor.Name == "variance.0.W").Values.Span[0];
            actual.Should().BeApproximately(variance, variance * Math.ScaleB(1, -23) / (1 - beta2));
        }
    }

    private static double Moved<T>(string name, double rate, bool isCompensated, double weight = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterCollection<T> parameters = Parameters<T>();
        parameters.Values.Fill(T.CreateTruncating(weight));
        Optimizer<T> optimizer = name switch
        {
            "sgd" => new Sgd<T>(parameters, rate) { IsCompensated = isCompensated },
            "momentum" => new Sgd<T>(parameters, rate / 10, momentum: 0.9) { IsCompensated = isCompensated },
            "adagrad" => new Adagrad<T>(parameters, rate) { IsCompensated = isCompensated },
            "rmsprop" => new RmsProp<T>(parameters, rate, decay: 0) { IsCompensated = isCompensated },
            "rmsprop-momentum" => new RmsProp<T>(parameters, rate / 10, decay: 0, momentum: 0.9) { IsCompensated = isCompensated },
            "adam" => new Adam<T>(parameters, rate) { IsCompensated = isCompensated },
            _ => new AdamW<T>(parameters, rate, weightDecay: 1e-6) { IsCompensated = isCompensated },
        };
        Repeat(1000, () =>
        {
            parameters.Gradients.Fill(T.One);
            optimizer.Step();
        });
        return double.CreateTruncating(parameters.Values[0]) - weight;
    }

    private static void Repeat(int count, Action action)
    {
        for (int k = 0; k < count; k++)
        {
            action();
        }
    }

    private static double Applied<T>(WeightAverage<T> average, ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using (average.Apply())
        {
            return double.CreateTruncating(parameters.Values[0]);
        }
    }

    private static T[] All<T>(NamedState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. state.Tensors.SelectMany(tensor => tensor.Values.ToArray())];

    private static ParameterCollection<T> Parameters<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new Sequential<T>(new Dense<T>(1, 1)).Parameters;
}
