namespace Lstm.Tests.Bptt;

/// <summary>What tests/Lstm.PublicApi.Tests cannot see of windows that the caller drives.</summary>
public sealed class SteppedWindowTests
{
    [Fact]
    public void A_backward_step_is_refused_while_the_parameters_change()
    {
        LstmLayer<double> layer = new(2, 3);
        Sequential<double> model = new(layer);
        model.Initialize(seed: 1);
        SteppedWindow<double> window = new(layer, steps: 2, batch: 1);
        window.Forward([1, 2]);

        using (model.Parameters.EnterChange())
        {
            window.Invoking(w => w.Backward([1, 1, 1]).Length).Should().Throw<InvalidOperationException>();
        }

        window.Backward([1, 1, 1]).Length.Should().Be(2);
        model.Parameters["0.W"].Gradient.ToArray().Should().Contain(value => value != 0);
    }
}
