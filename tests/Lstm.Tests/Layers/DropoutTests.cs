namespace Lstm.Tests.Layers;

public sealed class DropoutTests
{
    private const int Size = 500;
    private const int Steps = 20;
    private const int Batch = 10;

    /// <summary>Within five standard deviations of the 100,000 elements.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_rate_is_kept_and_the_mean_stays_the_same(double rate)
    {
        float[] y = Forward(Engine(rate), 1);
        double dropped = y.Count(value => value == 0) / (double)y.Length, deviation = Math.Sqrt(rate * (1 - rate) / y.Length);

        dropped.Should().BeInRange(rate - 5 * deviation, rate + 5 * deviation);
        y.Where(value => value != 0).Should().AllSatisfy(value => value.Should().Be((float)(1 / (1 - rate))));
        y.Average().Should().BeApproximately(1, (float)(5 * deviation / (1 - rate)));
    }

    /// <summary>Neither neighbours nor steps nor sequences go together: their products have the mean of independent factors.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(Size)]
    [InlineData(Batch * Size)]
    public void Elements_are_dropped_independently(int distance)
    {
        float[] y = Forward(Engine(0.5), 1);
        int pairs = y.Length - distance;

        double together = Enumerable.Range(0, pairs).Count(k => y[k] == 0 && y[k + distance] == 0) / (double)pairs;

        together.Should().BeApproximately(0.25, 5 * Math.Sqrt(0.25 * 0.75 / pairs));
    }

    [Fact]
    public void Every_step_has_its_own_mask_and_every_window_others()
    {
        Bptt<float> bptt = Engine(0.5);
        float[] first = Forward(bptt, 1), second = Forward(bptt, 1);

        Step(first, 0).Should().NotEqual(Step(first, 1));
        first.Should().NotEqual(second);
        bptt.WindowCount = 0;
        Forward(bptt, 1).Should().Equal(first);
    }

    [Fact]
    public void Another_seed_gives_other_masks() => Forward(Engine(0.5, seed: 1), 1).Should().NotEqual(Forward(Engine(0.5, seed: 2), 1));

    [Fact]
    public void Two_layers_have_different_masks()
    {
        Sequential<float> model = new(new Dropout<float>(Size, 0.5), new Dropout<float>(Size, 0.5));
        float[] y = Forward(new Bptt<float>(model, Steps, Batch), 1);

        (y.Count(value => value == 0) / (double)y.Length).Should().BeApproximately(0.75, 0.01);
    }

    [Fact]
    public void A_variational_mask_lasts_for_the_window_and_is_each_sequences_own()
    {
        Bptt<float> bptt = Engine(0.5, variational: true);
        float[] first = Forward(bptt, 1), second = Forward(bptt, 1);

        for (int t = 1; t < Steps; t++)
        {
            Step(first, t).Should().Equal(Step(first, 0));
        }

        first[..Size].Should().NotEqual(first[Size..(2 * Size)]);
        Step(second, 0).Should().NotEqual(Step(first, 0));
        (first.Count(value => value == 0) / (double)first.Length).Should().BeApproximately(0.5, 5 * 0.5 / Math.Sqrt(Batch * Size));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_backward_pass_has_the_mask_of_the_forward_pass(bool variational)
    {
        Bptt<float> bptt = Engine(0.3, variational);
        float[] y = Forward(bptt, 1);
        bptt.OutputGradient.Fill(2);
        bptt.Backward();

        bptt.InputGradient.ToArray().Should().Equal(y.Select(value => 2 * value));
    }

    [Fact]
    public void Evaluation_passes_everything()
    {
        Bptt<float> bptt = Engine(0.5);
        bptt.Training = false;
        float[] x = [.. Numbers.Random(Steps * Batch * Size).Select(value => (float)value)];

        bptt.Forward(x).ToArray().Should().Equal(x);
        x.CopyTo(bptt.OutputGradient);
        bptt.Backward();
        bptt.InputGradient.ToArray().Should().Equal(x);
        new Bptt<float>(bptt.Model, Steps, Batch, new() { ForwardOnly = true }).Forward(x).ToArray().Should().Equal(x);
    }

    [Fact]
    public void A_shorter_window_is_the_front_of_a_longer_one()
    {
        float[] whole = Forward(Engine(0.5), 1);

        float[] ones = [.. Enumerable.Repeat(1f, 3 * Batch * Size)];
        Engine(0.5).Forward(ones, steps: 3).ToArray().Should().Equal(whole[..(3 * Batch * Size)]);
    }

    /// <summary>Lengths put sequences into another order, which does not move their masks.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sequence_keeps_its_mask_where_others_end_early(bool variational)
    {
        int[] lengths = [3, 20, 7, 0, 1, 20, 12, 5, 9, 2];
        float[] whole = Forward(Engine(0.5, variational), 1);

        float[] y = Engine(0.5, variational).Forward(Enumerable.Repeat(1f, whole.Length).ToArray(), lengths).ToArray();

        for (int row = 0; row < Steps * Batch; row++)
        {
            float[] expected = row / Batch < lengths[row % Batch] ? whole[(row * Size)..((row + 1) * Size)] : new float[Size];
            y[(row * Size)..((row + 1) * Size)].Should().Equal(expected);
        }
    }

    [Theory]
    [InlineData(0, 0.5, "size")]
    [InlineData(3, -0.1, "rate")]
    [InlineData(3, 1, "rate")]
    [InlineData(3, 1e-60, "rate")]
    [InlineData(3, 1e-10, "rate")]
    [InlineData(3, 1 - 1e-11, "rate")]
    [InlineData(3, double.NaN, "rate")]
    public void Bad_arguments_are_named(int size, double rate, string argument)
    {
        Action create = () => _ = new Dropout<float>(size, rate);

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName(argument);
    }

    private static Bptt<float> Engine(double rate, bool variational = false, ulong seed = 0) =>
        new(new Sequential<float>(new Dropout<float>(Size, rate, variational)), Steps, Batch, new() { Seed = seed });

    private static float[] Forward(Bptt<float> bptt, float x) => bptt.Forward(Enumerable.Repeat(x, Steps * Batch * Size).ToArray()).ToArray();

    private static float[] Step(float[] y, int t) => y[(t * Batch * Size)..((t + 1) * Batch * Size)];
}
