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

    [Fact]
    public void A_refused_step_leaves_the_window_as_it_was()
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

        window.Forward([1, 2]).Length.Should().Be(3);
        window.Count.Should().Be(2);
    }

    [Fact]
    public void A_warm_window_allocates_nothing()
    {
        LstmLayer<float> layer = new(2, 3);
        Sequential<float> model = new(layer);
        model.Initialize(seed: 1);
        SteppedWindow<float> window = new(layer, steps: 2, batch: 1, new() { Threads = 1 });
        float[] x = [1, 2], dy = [1, 1, 1];

        Allocations.LeastOf(() =>
        {
            window.Forward(x);
            window.Forward(x);
            window.Backward(dy);
            window.Backward(dy);
        }).Should().Be(0);
    }
}
