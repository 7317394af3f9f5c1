using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Optimizers;

/// <summary>No step leaves a weight or a moment that is not finite: it is done, or refused with a reason and changes nothing.</summary>
public sealed class OverflowTests
{
    public static TheoryData<string> Optimizers => OptimizerCases.Names;

    public static TheoryData<string> Elementwise { get; } =
    [
        "sgd", "sgd-momentum", "sgd-nesterov", "sgd-decay", "rmsprop", "rmsprop-centered-momentum", "adagrad", "adam", "adam-decay",
        "adamw",
    ];

    [Theory]
    [InlineData("adam", 1e21f, "variance")]
    [InlineData("adam-decay", 1e21f, "variance")]
    [InlineData("adamw", 1e21f, "variance")]
    [InlineData("adamw-groups", 1e21f, "variance")]
    [InlineData("adagrad", 2e19f, "squares")]
    [InlineData("rmsprop", 1e21f, "squares")]
    [InlineData("rmsprop-centered-momentum", 1e22f, "squares")]
    public void A_square_that_overflows_in_float_is_told_by_name(string name, float gradient, string moment)
    {
        Optimizer<float> optimizer = Trained<float>(name);
        optimizer.Parameters["0.R"].Gradient[7] = gradient;

        Refusal(optimizer).Message.Should().StartWith($"Update 4: the {moment} of 0.R would be Infinity at [1, 2], from the gradient ")
            .And.Contain("E+").And.Contain("the learning rate ").And.Contain("clip the gradients");
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("adagrad")]
    [InlineData("rmsprop")]
    [InlineData("rmsprop-centered-momentum")]
    public void A_square_that_overflows_in_double_is_told_by_name(string name)
    {
        Optimizer<double> optimizer = Trained<double>(name);
        optimizer.Parameters["1.b"].Gradient[1] = 1e160;

        NonFiniteException error = Refusal(optimizer);
        (error.Step, error.Layer, error.Tensor).Should().Be((4, 1, "1.b"));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_gradient_that_is_no_finite_number_is_told_by_name(string name)
    {
        foreach (float gradient in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Optimizer<float> optimizer = Trained<float>(name);
            optimizer.Parameters["0.p"].Gradient[3] = gradient;

            Refusal(optimizer).Message.Should().StartWith("Update 4: the gradient of 0.p holds ").And.Contain("at [3]. ");
        }
    }

    [Fact]
    public void A_velocity_that_overflows_is_told_in_the_step_in_which_it_does()
    {
        Sgd<float> sgd = new(OptimizerCases.Model<float>().Parameters, 1e-3, momentum: 0.9);
        sgd.Parameters["0.W"].Gradient[0] = 3e38f;
        sgd.Step();
        sgd.Parameters["0.W"].Gradient[0] = 3e38f;

        Refusal(sgd).Message.Should().Contain("the velocity of 0.W");
        sgd.Parameters.ClearGradients();
        sgd.Step();
        float.IsFinite(sgd.Parameters["0.W"].Value[0]).Should().BeTrue();
    }

    [Fact]
    public void A_weight_that_an_old_velocity_takes_past_the_largest_number_is_told()
    {
        Sgd<float> sgd = new(OptimizerCases.Model<float>().Parameters, 1, momentum: 0.9);
        sgd.Parameters["0.W"].Gradient[0] = 2e38f;
        sgd.Step();

        Refusal(sgd).Message.Should().Contain("the weight of 0.W would be -");
    }

    /// <summary>The learning rate rises after it: by the first step alone, the weights have not become large.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_large_velocity_that_a_later_learning_rate_meets_is_told(bool isClipped)
    {
        Sgd<float> sgd = new(OptimizerCases.Model<float>().Parameters, 1e-10, momentum: 0.9);
        sgd.Parameters["0.W"].Gradient[0] = 3e38f;
        sgd.Step();
        Math.Abs(sgd.Parameters["0.W"].Value[0]).Should().BeLessThan(1e30f);
        sgd.LearningRate = 2;
        Clip(sgd, isClipped);

        Refusal(sgd).Message.Should().Contain("the weight of 0.W would be -").And.Contain("the learning rate 2.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_learning_rate_that_takes_harmless_gradients_past_the_largest_number_is_told(bool isClipped)
    {
        Sgd<float> sgd = new(OptimizerCases.Model<float>().Parameters, 1e30);
        sgd.Parameters["0.R"].Gradient[7] = 1e10f;
        Clip(sgd, isClipped);

        Refusal(sgd).Message.Should().Contain("the weight of 0.R would be -").And.Contain("from the gradient 1E+10");
    }

    [Fact]
    public void A_decay_that_overflows_is_told()
    {
        foreach (Optimizer<float> optimizer in (Optimizer<float>[])
        [
            new Adam<float>(OptimizerCases.Model<float>().Parameters, weightDecay: 1e30),
            new Adagrad<float>(OptimizerCases.Model<float>().Parameters, weightDecay: 1e25),
            new AdamW<float>(OptimizerCases.Model<float>().Parameters, learningRate: 1e19, weightDecay: 3e19),
        ])
        {
            optimizer.Parameters["0.W"].Value.Fill(2);
            Refusal(optimizer).Tensor.Should().Be("0.W");
            GradientClipping.ByGlobalNorm(optimizer.Parameters, 1);
            Refusal(optimizer).Tensor.Should().Be("0.W");
        }
    }

    [Fact]
    public void Weights_that_a_decay_above_1_lets_grow_are_told_when_they_overflow()
    {
        AdamW<float> adam = new(OptimizerCases.Model<float>().Parameters, learningRate: 1, weightDecay: 1000);
        NonFiniteException? error = null;
        for (int step = 0; step < 20 && error is null; step++)
        {
            GradientClipping.ByGlobalNorm(adam.Parameters, 1);
            error = adam.TryStep();
        }

        error!.Message.Should().Contain("the weight of 0.W would be ").And.Contain("the learning rate 1.");
        error.Step.Should().BeInRange(12, 14);
        State(adam).Should().OnlyContain(number => float.IsFinite(number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void A_refused_step_of_a_large_model_changes_nothing_for_any_number_of_threads(int threads)
    {
        Sequential<float> model = new(new LstmLayer<float>(200, 200));
        model.Initialize(seed: 5);
        Adam<float> adam = new(model.Parameters) { Threads = threads };
        OptimizerCases.Train(adam, 0, 2);
        OptimizerCases.SetGradients(adam.Parameters, step: 9);
        adam.Parameters.Gradients[^1] = float.MaxValue;

        Refusal(adam);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_clipped_gradient_is_taken_after_a_refusal(string name)
    {
        Optimizer<float> optimizer = Trained<float>(name);
        optimizer.Parameters["0.R"].Gradient[7] = float.PositiveInfinity;
        Refusal(optimizer);

        GradientClipping.ByValue(optimizer.Parameters, 1);
        optimizer.Step();

        optimizer.Steps.Should().Be(4);
        State(optimizer).Should().OnlyContain(number => float.IsFinite(number));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_infinite_gradient_that_norms_have_left_as_it_is_is_refused(string name)
    {
        Optimizer<float> optimizer = Trained<float>(name);
        optimizer.Parameters["0.R"].Gradient[7] = float.PositiveInfinity;

        GradientClipping.ByGlobalNorm(optimizer.Parameters, 5).Should().Be(double.PositiveInfinity);
        Refusal(optimizer);
        GradientClipping.ByNorm(optimizer.Parameters, 5);
        Refusal(optimizer);
    }

    [Fact]
    public void What_clipping_has_told_of_is_not_trusted_for_gradients_written_after_it()
    {
        Adam<float> adam = new(OptimizerCases.Model<float>().Parameters);
        GradientClipping.ByGlobalNorm(adam.Parameters, 1);
        adam.Parameters["0.R"].Gradient[7] = 1e21f;
        Refusal(adam);

        adam.Parameters["0.R"].IsFrozen = true;
        GradientClipping.ByGlobalNorm(adam.Parameters, 1);
        adam.Parameters["0.R"].IsFrozen = false;
        adam.Parameters["0.W"].Gradient[7] = 1e21f;
        Refusal(adam);
    }

    /// <summary>
    /// The state after each step is finite, or the step is refused; in double, the same steps give the same weights but for rounding.
    /// </summary>
    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Extreme_gradients_are_taken_as_in_double_or_refused(string name)
    {
        Gen<float> extreme =
            from exponent in Gen.Frequency((2, Gen.Choose(-40, 38)), (1, Gen.Choose(-8, 14)))
            from digit in Gen.Choose(-99, 99)
            select (float)(digit / 30.0 * Math.Pow(10, exponent));
        int refused = 0, done = 0;
        Prop.ForAll(Arb.From(Gen.ArrayOf(Gen.ArrayOf(extreme, 2), 3)), steps =>
        {
            Optimizer<float> optimizer = OptimizerCases.Create(name, Model<float>());
            Optimizer<double> reference = OptimizerCases.Create(name, Model<double>());
            foreach (float[] gradients in steps)
            {
                gradients.CopyTo(optimizer.Parameters.Gradients);
                Array.ConvertAll(gradients, g => (double)g).CopyTo(reference.Parameters.Gradients);
                if (gradients.All(float.IsFinite) && optimizer.TryStep() is null)
                {
                    reference.Step();
                    done++;
                }
                else
                {
                    refused++;
                    return;
                }

                State(optimizer).Should().OnlyContain(number => float.IsFinite(number));
                for (int k = 0; k < gradients.Length; k++)
                {
                    double expected = reference.Parameters.Values[k], margin = 1e-5 * (Math.Abs(expected) + 1);
                    Assert.InRange(optimizer.Parameters.Values[k], expected - margin, expected + margin);
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(5, 1));
        done.Should().BeGreaterThan(50);
        (refused > 5 || name.StartsWith("sgd", StringComparison.Ordinal)).Should().BeTrue("squares overflow, and velocities do not");
    }

    /// <summary>In float, the variance of such gradients is 0, and ε all that is left to divide by.</summary>
    [Fact]
    public void Gradients_whose_squares_vanish_do_not_move_weights_further_than_in_double()
    {
        foreach (string name in new[] { "adam", "adamw", "rmsprop", "adagrad" })
        {
            foreach (float gradient in new[] { 1e-18f, 1e-20f, 1e-22f, 1e-24f, 1e-30f, 1e-40f })
            {
                double inFloat = Math.Abs(Moved<float>(name, gradient)), inDouble = Math.Abs(Moved<double>(name, gradient));
                inFloat.Should().BeLessThanOrEqualTo(1.5 * inDouble, "of {0} by {1}", name, gradient);
                Math.Abs(Moved<double>(name, Math.ScaleB((double)gradient, -1000))).Should().BeLessThanOrEqualTo(1.1 / Math.Sqrt(0.001));
            }
        }

        Moved<double>("adam", 1e-24f).Should().BeApproximately(-1, 1e-3);
    }

    private static double Moved<T>(string name, double gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterCollection<T> parameters = Model<T>();
        parameters.Values.Clear();
        double epsilon = 1e-30;
        Optimizer<T> optimizer = name switch
        {
            "adam" => new Adam<T>(parameters, epsilon: epsilon),
            "adamw" => new AdamW<T>(parameters, epsilon: epsilon),
            "rmsprop" => new RmsProp<T>(parameters, learningRate: 1e-3, epsilon: epsilon),
            _ => new Adagrad<T>(parameters, learningRate: 1e-3, epsilon: epsilon),
        };
        for (int step = 0; step < 1000; step++)
        {
            parameters.Gradients.Fill(T.CreateTruncating(gradient));
            optimizer.Step();
        }

        return double.CreateTruncating(parameters.Values[0]);
    }

    private static ParameterCollection<T> Model<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterCollection<T> parameters = new Sequential<T>(new Dense<T>(1, 1)).Parameters;
        parameters.Values.Fill(T.One);
        return parameters;
    }

    /// <summary>With a limit that no gradient reaches: its bound is known then.</summary>
    private static void Clip(Optimizer<float> optimizer, bool isClipped)
    {
        if (isClipped)
        {
            GradientClipping.ByGlobalNorm(optimizer.Parameters, 1e12);
            optimizer.Parameters.GradientBound.Should().BeLessThanOrEqualTo(2e12);
        }
    }

    private static Optimizer<T> Trained<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Optimizer<T> optimizer = OptimizerCases.Create(name, OptimizerCases.Model<T>().Parameters);
        OptimizerCases.Train(optimizer, 0, 3);
        OptimizerCases.SetGradients(optimizer.Parameters, step: 3);
        return optimizer;
    }

    private static NonFiniteException Refusal<T>(Optimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Not by Gradients, after which the bound that clipping has told is no longer known.
        T[] gradients = optimizer.Parameters.ClippedGradients.ToArray(), before = State(optimizer);
        long steps = optimizer.Steps;
        Action step = optimizer.Step;

        NonFiniteException error = step.Should().Throw<NonFiniteException>().Which;

        optimizer.Steps.Should().Be(steps);
        State(optimizer).Should().Equal(before);
        optimizer.Parameters.ClippedGradients.ToArray().Should().Equal(gradients);
        return error;
    }

    private static T[] State<T>(Optimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. optimizer.Parameters.Values.ToArray(), .. optimizer.State.Tensors.SelectMany(tensor => tensor.Values.ToArray())];
}
