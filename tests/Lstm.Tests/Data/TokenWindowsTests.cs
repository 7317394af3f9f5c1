namespace Lstm.Tests.Data;

public sealed class TokenWindowsTests
{
    [Fact]
    public void Streams_are_contiguous_parts_of_the_text_and_targets_are_one_token_later()
    {
        TokenStreams streams = new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], batch: 2);

        streams.Length.Should().Be(5, "(12 - 1) / 2 tokens have a next one in the same stream");
        streams.Inputs(0, 2).ToArray().Should().Equal(0, 5, 1, 6);
        streams.Targets(0, 2).ToArray().Should().Equal(1, 6, 2, 7);
        streams.Inputs(3, 2).ToArray().Should().Equal(3, 8, 4, 9);
        streams.Targets(3, 2).ToArray().Should().Equal(4, 9, 5, 10);
    }

    [Theory]
    [InlineData(103, 4, 7)]
    [InlineData(101, 4, 5)]
    [InlineData(9, 8, 3)]
    [InlineData(64, 1, 9)]
    [InlineData(1000, 7, 1)]
    public void Every_token_of_the_streams_is_an_input_once_and_its_successor_the_target(int count, int batch, int steps)
    {
        TokenWindows windows = Sources.Tokens(count, batch, steps);
        List<int> inputs = [];
        int next = 0;
        while (windows.NextBatch() is { } window)
        {
            window.Start.Should().Be(next, "states are carried from window to window");
            next += window.Steps;
            inputs.AddRange(window.Inputs);
            window.Targets.ToArray().Should().Equal(window.Inputs.ToArray().Select(token => token + 1));
        }

        int length = (count - 1) / batch;
        next.Should().Be(length);
        inputs.Order().Should().Equal(Enumerable.Range(0, length * batch), "what is left out are the last {0} tokens", (count - 1) % batch);
    }

    [Theory]
    [InlineData(false, new[] { 7, 7, 7, 4 })]
    [InlineData(true, new[] { 7, 7, 7 })]
    public void The_end_of_the_streams_is_a_shorter_window_or_left_out(bool dropLast, int[] expected)
    {
        TokenWindows windows = Sources.Tokens(dropLast: dropLast);
        List<int> steps = [];
        while (windows.NextBatch() is { } window)
        {
            steps.Add(window.Steps);
        }

        steps.Should().Equal(expected);
        windows.BatchesPerEpoch.Should().Be(expected.Length);
    }

    [Theory]
    [InlineData(2, new[] { 0, 7, -1, 0, 7, -1 })]
    [InlineData(9, new[] { 0, 7, 14, 21, -1, 0 })]
    public void An_epoch_may_be_limited_to_the_first_windows(int most, int[] expected)
    {
        TokenWindows windows = new(new TokenStreams([.. Enumerable.Range(0, 103)], batch: 4), steps: 7) { MaxBatches = most };

        expected.Select(_ => windows.NextBatch()?.Start ?? -1).Should().Equal(expected);
        windows.BatchesPerEpoch.Should().Be(Math.Min(most, 4));
    }

    [Fact]
    public void Training_on_windows_of_streams_is_training_on_the_streams()
    {
        Sequential<double> model = new(new LstmLayer<double>(103, 4), new Dense<double>(4, 103));
        model.Initialize(1);
        TokenWindows windows = Sources.Tokens(steps: 25), halves = Sources.Tokens(steps: 13);
        Bptt<double> whole = new(model, 25, 4, new() { ForwardOnly = true }), part = new(model, 13, 4, new() { ForwardOnly = true });

        double[] expected = whole.ForwardTokens(windows.NextBatch()!.Inputs).ToArray();
        List<double> actual = [];
        while (halves.NextBatch() is { } window)
        {
            actual.AddRange(part.ForwardTokens(window.Inputs, steps: window.Steps));
        }

        Numbers.ShouldAgree(actual.ToArray(), expected, 1e-14);
    }

    [Fact]
    public void Texts_and_streams_that_are_too_short_are_refused()
    {
        Action text = () => _ = new TokenStreams([1, 2, 3], batch: 3);
        Action batch = () => _ = new TokenStreams([1, 2, 3], batch: 0);
        Action streams = () => Sources.Tokens(count: 25, dropLast: true);
        Action steps = () => Sources.Tokens(steps: 0);
        Action windows = () => _ = new TokenWindows(new TokenStreams([1, 2, 3], batch: 1), steps: 1) { MaxBatches = 0 };

        text.Should().Throw<ArgumentException>().WithParameterName("tokens").WithMessage("Expected at least 4 tokens*got 3*");
        batch.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("batch");
        streams.Should().Throw<ArgumentException>().WithParameterName("streams").WithMessage("*window of 7 steps*they have 6 steps*");
        steps.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("steps");
        windows.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("value").WithMessage("*0*");
    }

    [Theory]
    [InlineData(-1, 1, "start")]
    [InlineData(6, 0, "start")]
    [InlineData(2, 4, "steps")]
    [InlineData(0, int.MaxValue, "steps")]
    public void Windows_outside_the_streams_are_refused(int start, int steps, string argument)
    {
        TokenStreams streams = new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], batch: 2);
        Action inputs = () => streams.Inputs(start, steps), targets = () => streams.Targets(start, steps);

        inputs.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(argument);
        targets.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(argument);
    }
}
