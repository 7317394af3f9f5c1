namespace Lstm.Tests.Bptt;

/// <summary>Gradients that are limited at every step of the backward pass.</summary>
public sealed class StepClippingTests
{
    private const int Steps = 4;
    private const int Batch = 2;

    public static TheoryData<StepClipping> Limits() =>
        [new() { PreActivationGradient = 0.05 }, new() { HiddenGradient = 0.02 }, new() { PreActivationNorm = 0.1 }];

    [Fact]
    public void Limits_that_are_not_reached_change_nothing() =>
        Train(new() { PreActivationGradient = 1e6, HiddenGradient = 1e6, PreActivationNorm = 1e6 }).Should().Equal(Train(null));

    [Theory]
    [MemberData(nameof(Limits))]
    public void Limits_that_are_reached_change_the_gradients(StepClipping limits) => Train(limits).Should().NotEqual(Train(null));

    /// <summary>Of one step, where dW = da x^T shows da.</summary>
    [Fact]
    public void Pre_activation_gradients_are_cut_off()
    {
        double[] free = GateGradient(null), limited = GateGradient(new() { PreActivationGradient = 0.05 });

        free.Should().Contain(value => Math.Abs(value) > 0.05);
        Numbers.ShouldAgree(limited, [.. free.Select(value => Math.Clamp(value, -0.05, 0.05))], 1e-15);
    }

    [Fact]
    public void Pre_activation_gradients_are_scaled_to_the_norm()
    {
        double[] free = GateGradient(null), limited = GateGradient(new() { PreActivationNorm = 0.1 });
        double norm = Math.Sqrt(free.Sum(value => value * value));

        norm.Should().BeGreaterThan(0.1);
        Numbers.ShouldAgree(limited, [.. free.Select(value => value * 0.1 / norm)], 1e-15);
    }

    [Fact]
    public void The_gradient_of_the_initial_state_is_cut_off()
    {
        Bptt<double> bptt = Backward(new() { HiddenGradient = 0.02 }, steps: 3);

        bptt.State("0.h").InitialGradient.ToArray().Should().OnlyContain(value => Math.Abs(value) <= 0.02);
        Backward(null, steps: 3).State("0.h").InitialGradient.ToArray().Should().Contain(value => Math.Abs(value) > 0.02);
    }

    [Fact]
    public void A_negative_limit_is_refused() =>
        FluentActions.Invoking(() => new Bptt<double>(Model(), Steps, Batch, new() { StepClipping = new() { HiddenGradient = -1 } }))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0 or more*options*");

    private static double[] GateGradient(StepClipping? limits)
    {
        double[] dW = Backward(limits, steps: 1, batch: 1).Model.Parameters["0.W"].Gradient.ToArray();
        double x = Numbers.Random(3)[0];
        return [.. dW.Where((_, k) => k % 3 == 0).Select(value => value / x)];
    }

    private static double[] Train(StepClipping? limits) => Backward(limits, Steps).Model.Parameters.Gradients.ToArray();

    private static Bptt<double> Backward(StepClipping? limits, int steps, int batch = Batch)
    {
        Bptt<double> bptt = new(Model(), steps, batch, new() { StepClipping = limits });
        bptt.Forward(Numbers.Random(steps * batch * 3));
        Numbers.Random(steps * batch * 5, seed: 9).CopyTo(bptt.OutputGradient);
        bptt.Backward();
        return bptt;
    }

    private static Sequential<double> Model() => new(new LstmLayer<double>(3, 5, new() { Peepholes = true }));
}
