namespace Lstm.Tests.Optimizers;

public sealed class WeightAverageTests
{
    private readonly Sequential<double> _model = OptimizerCases.Model<double>();

    private ParameterCollection<double> Parameters => _model.Parameters;

    [Fact]
    public void The_exponential_average_is_the_sum_of_its_shares()
    {
        WeightAverage<double> average = WeightAverage<double>.Exponential(Parameters, decay: 0.75);

        double[][] weights = Train(average, 5);

        double[] shares = [0.75 * 0.75 * 0.75 * 0.75, 0.25 * 0.75 * 0.75 * 0.75, 0.25 * 0.75 * 0.75, 0.25 * 0.75, 0.25];
        ShouldBe(average, k => weights.Zip(shares, (w, share) => share * w[k]).Sum());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void The_mean_leaves_out_the_steps_before_its_start(int start)
    {
        WeightAverage<double> average = WeightAverage<double>.Mean(Parameters, start);

        double[][] weights = Train(average, 7);

        ShouldBe(average, k => weights.Skip(start).Average(w => w[k]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(0.75)]
    public void Weights_near_the_largest_number_have_an_average(double decay)
    {
        Sequential<float> model = OptimizerCases.Model<float>();
        WeightAverage<float> average = WeightAverage<float>.Exponential(model.Parameters, decay);
        float large = float.MaxValue - MathF.ScaleB(3, 104);        // three quarters of it are a float: no product is rounded
        model.Parameters.Values.Fill(large);
        average.Update();
        model.Parameters.Values.Fill(-large);
        average.Update();

        using (average.Apply())
        {
            float expected = (float)((2 * decay - 1) * large);
            model.Parameters.Values.ToArray().Should().OnlyContain(value => value == expected);
        }
    }

    /// <summary>Weights a few last digits apart have exact differences: what is left are the roundings of shares and of rests.</summary>
    [Fact]
    public void A_mean_in_float_and_its_rest_are_the_mean_far_beyond_the_last_digit()
    {
        ParameterCollection<float> parameters = OptimizerCases.Model<float>().Parameters;
        WeightAverage<float> average = WeightAverage<float>.Mean(parameters);
        double digit = Math.ScaleB(1, -23), sum = 0;
        int[] digits = [0, 1, 1, 0, 3, 2, 7];
        for (int n = 1; n <= digits.Length; n++)
        {
            parameters.Values.Fill((float)(1 + digits[n - 1] * digit));
            average.Update();
            sum += digits[n - 1];

            // There are no rests in the state where all are 0.
            double Last(string name) => average.State.Tensors.FirstOrDefault(tensor => tensor.Name == name)?.Values.Span[^1] ?? 0;
            double actual = (Last("average.0.W") - 1 + Last("rest.0.W")) / digit;
            actual.Should().BeApproximately(sum / n, 1e-5, "after {0} updates", n);
        }
    }

    [Fact]
    public void Before_the_start_the_weights_are_the_average()
    {
        WeightAverage<double> average = WeightAverage<double>.Mean(Parameters, startStep: 3);
        double[] last = Train(average, 3)[^1];

        using (average.Apply())
        {
            Parameters.Values.ToArray().Should().Equal(last);
        }

        Parameters.Values.ToArray().Should().Equal(last);
    }

    [Fact]
    public void The_weights_come_back_to_the_bit_and_training_goes_on_as_if_nothing_had_been()
    {
        Sequential<double> other = OptimizerCases.Model<double>();
        WeightAverage<double> average = WeightAverage<double>.Exponential(Parameters, 0.5), undisturbed = WeightAverage<double>.Exponential(other.Parameters, 0.5);
        Adam<double> adam = new(Parameters), otherAdam = new(other.Parameters);
        for (int step = 0; step < 5; step++)
        {
            OptimizerCases.Train(adam, step, step + 1);
            OptimizerCases.Train(otherAdam, step, step + 1);
            average.Update();
            undisturbed.Update();
            IDisposable applied = average.Apply();
            average.IsApplied.Should().BeTrue();
            applied.Dispose();
            applied.Dispose();
        }

        Parameters.Values.ToArray().Should().Equal(other.Parameters.Values.ToArray());
        average.State.Tensors.SelectMany(tensor => tensor.Values.ToArray())
            .Should().Equal(undisturbed.State.Tensors.SelectMany(tensor => tensor.Values.ToArray()));
    }

    [Fact]
    public void A_result_that_was_disposed_does_not_end_the_next()
    {
        WeightAverage<double> average = WeightAverage<double>.Exponential(Parameters);
        Train(average, 2);
        IDisposable first = average.Apply();
        first.Dispose();
        using IDisposable second = average.Apply();

        first.Dispose();

        average.IsApplied.Should().BeTrue();
    }

    [Fact]
    public void What_would_mix_up_weights_and_average_is_refused()
    {
        WeightAverage<double> average = WeightAverage<double>.Exponential(Parameters), other = WeightAverage<double>.Mean(Parameters);
        Adam<double> adam = new(Parameters);
        Train(average, 2);
        NamedState<double> state = average.State;
        Action[] mixtures =
        [
            adam.Step, average.Update, other.Update, () => average.Apply(), () => other.Apply(), () => _ = average.State,
            () => average.Restore(state), () => _model.Initialize(seed: 1),
        ];

        using (average.Apply())
        {
            double[] values = Parameters.Values.ToArray();
            mixtures.Should().AllSatisfy(mix => mix.Should().Throw<InvalidOperationException>().WithMessage("*dispose*"));
            Parameters.Values.ToArray().Should().Equal(values);
            adam.Steps.Should().Be(0);
        }

        adam.Step();
    }

    [Fact]
    public void An_average_goes_on_from_its_state()
    {
        foreach (Func<ParameterCollection<double>, WeightAverage<double>> create in (Func<ParameterCollection<double>, WeightAverage<double>>[])
            [p => WeightAverage<double>.Exponential(p, 0.9), p => WeightAverage<double>.Mean(p, 2), p => WeightAverage<double>.Mean(p, 9)])
        {
            WeightAverage<double> whole = create(Parameters), before = create(Parameters), after = create(Parameters);
            Sgd<double> sgd = new(Parameters, 0.1);
            for (int step = 0; step < 10; step++)
            {
                OptimizerCases.Train(sgd, step, step + 1);
                whole.Update();
                (step < 4 ? before : after).Update();
                if (step == 3)
                {
                    after.Restore(before.State);
                }
            }

            after.Steps.Should().Be(10);
            after.State.Tensors.SelectMany(tensor => tensor.Values.ToArray())
                .Should().Equal(whole.State.Tensors.SelectMany(tensor => tensor.Values.ToArray()));
        }
    }

    [Fact]
    public void Another_average_is_refused()
    {
        WeightAverage<double> average = WeightAverage<double>.Exponential(Parameters);
        Action[] restorations =
        [
            () => average.Restore(WeightAverage<double>.Exponential(Parameters, 0.5).State),
            () => average.Restore(WeightAverage<double>.Mean(Parameters).State),
            () => average.Restore(new Adam<double>(Parameters).State),
        ];
        Action[] creations =
        [
            () => WeightAverage<double>.Exponential(Parameters, 1), () => WeightAverage<double>.Exponential(Parameters, double.NaN),
            () => WeightAverage<double>.Mean(Parameters, -1),
        ];

        restorations.Should().AllSatisfy(restore => restore.Should().Throw<ArgumentException>().WithParameterName("state"));
        creations.Should().AllSatisfy(create => create.Should().Throw<ArgumentOutOfRangeException>());
    }

    /// <returns>The weights after each step.</returns>
    private double[][] Train(WeightAverage<double> average, int steps)
    {
        Sgd<double> sgd = new(Parameters, 0.1);
        return [.. Enumerable.Range(0, steps).Select(step =>
        {
            OptimizerCases.Train(sgd, step, step + 1);
            average.Update();
            return Parameters.Values.ToArray();
        })];
    }

    private void ShouldBe(WeightAverage<double> average, Func<int, double> expected)
    {
        using (average.Apply())
        {
            Numbers.ShouldAgree(Parameters.Values, [.. Enumerable.Range(0, Parameters.Values.Length).Select(expected)], 1e-14);
        }
    }
}
