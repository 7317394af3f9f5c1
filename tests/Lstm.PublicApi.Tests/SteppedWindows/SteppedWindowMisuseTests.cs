namespace Lstm.PublicApi.Tests.SteppedWindows;

/// <summary>Wrong calls are told, and change nothing.</summary>
public sealed class SteppedWindowMisuseTests
{
    private const int InputSize = 4, Batch = 2;

    [Fact]
    public void Options_of_whole_windows_are_refused()
    {
        foreach (BpttOptions options in (BpttOptions[])
        [
            new() { SegmentSteps = 2 }, new() { BackwardSteps = 2 }, new() { Recompute = true }, new() { ForwardOnly = true },
        ])
        {
            Action create = () => Create(options);

            create.Should().Throw<ArgumentException>().WithMessage("Expected options for steps that are gone back through one by one*");
        }
    }

    [Fact]
    public void Sizes_are_checked()
    {
        RecurrentLayer<double> layer = (RecurrentLayer<double>)SteppedSubjects.Model<double>("lstm", InputSize).Layers[0];
        Action noSteps = () => _ = new SteppedWindow<double>(layer, 0, 1), noBatch = () => _ = new SteppedWindow<double>(layer, 1, 0);
        Action noLayer = () => _ = new SteppedWindow<double>(null!, 1, 1);
        Action tooLarge = () => _ = new SteppedWindow<double>(layer, int.MaxValue - 1, 1000);
        Action threads = () => _ = new SteppedWindow<double>(layer, 1, 1, new() { Threads = -1 });

        noSteps.Should().Throw<ArgumentOutOfRangeException>();
        noBatch.Should().Throw<ArgumentOutOfRangeException>();
        noLayer.Should().Throw<ArgumentNullException>();
        tooLarge.Should().Throw<ArgumentException>().WithMessage("The activations of*");
        threads.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_layer_of_no_model_has_no_values()
    {
        Action create = () => _ = new SteppedWindow<double>(new LstmLayer<double>(2, 3), 1, 1);

        create.Should().Throw<InvalidOperationException>()
            .WithMessage("Parameter 'W' has no values yet: put its layer into a model first.");
    }

    [Fact]
    public void Inputs_of_another_size_or_kind_are_refused_and_leave_the_window_as_it_was()
    {
        SteppedWindow<double> window = Create();
        double[] x = RandomNumbers.Of<double>(Batch * InputSize, 1);
        Action wide = () => window.Forward(new double[Batch * InputSize + 1]);
        Action fewIds = () => window.ForwardTokens([1]);
        Action unknownId = () => window.ForwardTokens([0, InputSize]);
        Action ids = () => window.ForwardTokens([0, 1]);

        wide.Should().Throw<ArgumentException>().WithMessage("Expected [batch, inputSize] = [2, 4]*9*");
        fewIds.Should().Throw<ArgumentException>().WithMessage("Expected an id for each of the 2 sequences*");
        unknownId.Should().Throw<ArgumentException>().WithMessage("Expected token ids in [0, 4), but that of sequence 1 is 4.*");
        double[] first = window.Forward(x).ToArray();
        ids.Should().Throw<ArgumentException>().WithMessage("Expected the kind of input that the window began with.*");
        window.Count.Should().Be(1);
        Same.Bits<double>(first, Create().Forward(x), "outputs");
        Same.Bits(window.Forward(x), Second(x), "outputs after a refused input");
    }

    [Fact]
    public void A_window_has_no_more_steps_than_it_has_room_for()
    {
        SteppedWindow<double> window = Create(steps: 2);
        double[] x = RandomNumbers.Of<double>(Batch * InputSize, 1);
        window.Forward(x);
        window.Forward(x);
        Action third = () => window.Forward(x);

        third.Should().Throw<InvalidOperationException>().WithMessage("The window has had its 2 steps: call Begin for another one.");
        window.Begin();
        third.Should().NotThrow();
    }

    [Fact]
    public void A_window_that_is_gone_back_into_has_no_further_step_until_its_end()
    {
        SteppedWindow<double> window = Create();
        double[] x = RandomNumbers.Of<double>(Batch * InputSize, 1), dy = new double[Batch * Subjects.HiddenSize];
        Action forward = () => window.Forward(x), backward = () => window.Backward(dy), narrow = () => window.Backward(dy.AsSpan(1));

        backward.Should().Throw<InvalidOperationException>().WithMessage("There is no step to go back through: call Forward first.");
        window.Forward(x);
        window.Forward(x);
        narrow.Should().Throw<ArgumentException>().WithMessage("Expected [batch, outputSize] = [2, 7], 14 numbers, but got 13.*");
        window.Backward(dy);
        forward.Should().Throw<InvalidOperationException>().WithMessage("The window has begun its backward pass: call Begin for another one.");
        window.Backward(dy);
        backward.Should().Throw<InvalidOperationException>();
        forward.Should().NotThrow("the next window begins by itself");
        window.Count.Should().Be(1);
    }

    [Fact]
    public void Token_ids_have_no_input_gradient()
    {
        SteppedWindow<double> window = Create();
        window.ForwardTokens([0, 3]);

        window.Backward(new double[Batch * Subjects.HiddenSize]).IsEmpty.Should().BeTrue();
    }

    private static SteppedWindow<double> Create(BpttOptions? options = null, int steps = 4) =>
        SteppedSubjects.Steps(SteppedSubjects.Model<double>("lstm", InputSize), steps, Batch, options);

    private static ReadOnlySpan<double> Second(double[] x)
    {
        SteppedWindow<double> window = Create();
        window.Forward(x);
        return window.Forward(x);
    }
}
