using Lstm.PublicApi.Tests.Layers;

namespace Lstm.PublicApi.Tests;

/// <summary>What users write learns.</summary>
public sealed class TrainingTests
{
    public static TheoryData<string> Cells => Subjects.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_cell_learns_to_remember_the_first_of_some_numbers(string name)
    {
        SequenceSet<float> set = new(features: 2, classes: 2);
        Random random = new(1);
        for (int k = 0; k < 64; k++)
        {
            int label = k % 2;
            set.Add([.. Enumerable.Range(0, 4 + k % 4).SelectMany(t => Row(t, label))], label);
        }

        RecurrentLayer<float> layer = Subjects.Cell<float>(name, 2, hiddenSize: 12);
        Sequential<float> model = new(layer, new Dense<float>(layer.OutputSize, 2));
        model.Initialize(1);
        Trainer<float, PaddedBatch<float>> trainer = new(
            model, new ClassificationTask<float>(), new Adam<float>(model.Parameters, 0.02), steps: 7, batch: 16);

        TrainingResult result = trainer.Fit(new PaddedBatches<float>(set, 16, new() { Shuffle = true }), epochs: 60);

        result.History[0].Loss.Should().BeGreaterThan(0.5);
        trainer.Evaluate(new PaddedBatches<float>(set, 16)).Loss.Should().BeLessThan(0.1);

        float[] Row(int t, int label) => t == 0 ? [label == 1 ? 1 : -1, 1] : [2 * random.NextSingle() - 1, 0];
    }

    [Fact]
    public void A_layer_tells_training_from_evaluation()
    {
        Sequential<double> model = new(new NoisyScale<double>(3, noise: 0.5));
        Bptt<double> bptt = new(model, steps: 2, batch: 2, new() { Seed = 1 });
        double[] x = RandomNumbers.Of<double>(12, 1), expected = [.. x.Select(value => value / Math.Sqrt(1 + value * value))];

        double[] training = bptt.Forward(x).ToArray(), next = bptt.Forward(x).ToArray();
        bptt.Training = false;
        double[] evaluation = bptt.Forward(x).ToArray();
        (bptt.Training, bptt.WindowCount) = (true, 0);

        Same.Bits(bptt.Forward(x), training, "outputs of the same window");
        training.Should().NotEqual(next).And.NotEqual(evaluation);
        Same.Nearly(evaluation, expected, "outputs in evaluation");
        Bptt<double> other = new(model, steps: 2, batch: 2, new() { Seed = 2 });
        other.Forward(x).ToArray().Should().NotEqual(training, "another seed draws other numbers");
    }

    [Fact]
    public void An_average_goes_on_over_windows_until_it_is_reset()
    {
        Sequential<double> model = new(new MovingAverage<double>(1, learnsStart: false));
        double d = 1 / (1 + Math.Exp(-0.5));
        Bptt<double> bptt = new(model, steps: 2, batch: 2);

        bptt.Forward([1, 2, 3, double.NaN], lengths: [2, 1]);
        bptt.State("0.a").Value.ToArray()[0].Should().BeApproximately(d + 3 * (1 - d), 1e-12);
        bptt.State("0.a").Value.ToArray()[1].Should().Be(2);
        bptt.ResetState(0);
        double[] y = bptt.Forward([7, 4], steps: 1).ToArray();

        y[0].Should().Be(7, "a new sequence starts from its first input");
        y[1].Should().BeApproximately(2 * d + 4 * (1 - d), 1e-12);
    }

    [Fact]
    public void A_part_belongs_to_one_layer()
    {
        Dense<double> dense = new(3, 3), bound = new(3, 3);
        _ = new Sequential<double>(bound);
        Action twice = () => _ = new GatedPair<double>(dense, dense);
        Action sameName = () => _ = new GatedPair<double>(new Dense<double>(3, 3), new Dense<double>(3, 3), "first");
        Action taken = () => _ = new GatedPair<double>(new Dense<double>(3, 3), bound);

        twice.Should().Throw<ArgumentException>().WithMessage("The part 'gate' belongs to another layer already.*");
        sameName.Should().Throw<ArgumentException>().WithMessage("The layer has a parameter 'first.W' already.*");
        taken.Should().Throw<ArgumentException>().WithMessage("The part 'gate' belongs to another model already.*");
    }
}
