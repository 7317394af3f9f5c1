namespace Lstm.Tests.Losses;

/// <summary>What counts, and how much: against the weighted mean written out row by row.</summary>
public sealed class LossStepsTests
{
    private const int Size = 3;

    [Theory]
    [InlineData(Selection.Everything)]
    [InlineData(Selection.Weights)]
    [InlineData(Selection.Lengths)]
    [InlineData(Selection.WeightedLengths)]
    [InlineData(Selection.LastStep)]
    [InlineData(Selection.LastStepOfLengths)]
    [InlineData(Selection.WeightedLastStepOfLengths)]
    public void The_loss_is_the_weighted_mean_of_its_rows(Selection selection)
    {
        double[] weights = Selections.Weights(selection);
        bool last = Selections.IsLast(selection);
        double[] y = [.. Enumerable.Range(0, weights.Length * Size).Select(k => Math.Sin(k) * 3)];
        double[] t = [.. Enumerable.Range(0, (last ? Selections.Batch : weights.Length) * Size).Select(k => Math.Cos(k))];
        int[] classes = [.. Enumerable.Range(0, t.Length / Size).Select(row => row * row % Size)];
        double squared = 0, entropy = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            int target = last ? row % Selections.Batch : row;
            double[] rowOutputs = y[(row * Size)..((row + 1) * Size)], rowTargets = t[(target * Size)..((target + 1) * Size)];
            squared += weights[row] * MeanSquaredError.Evaluate<double>(rowOutputs, rowTargets, [], Reduction.Sum);
            entropy += weights[row] * SoftmaxCrossEntropy.Evaluate<double>(rowOutputs, [classes[target]]);
        }

        MeanSquaredError.Evaluate<double>(y, t, [], Reduction.Sum, Selections.Create(selection)).Should().BeApproximately(squared, 1e-12);
        MeanSquaredError.Evaluate<double>(y, t, [], Reduction.Mean, Selections.Create(selection))
            .Should().BeApproximately(squared / weights.Sum() / Size, 1e-12);
        SoftmaxCrossEntropy.Evaluate<double>(y, classes, Reduction.Sum, steps: Selections.Create(selection)).Should().BeApproximately(entropy, 1e-12);
        SoftmaxCrossEntropy.Evaluate<double>(y, classes, steps: Selections.Create(selection)).Should().BeApproximately(entropy / weights.Sum(), 1e-12);
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        Fails(() => LossSteps.Weighted([]), "weights", "*got none*");
        Fails(() => LossSteps.Weighted([1, -1]), "weights", "*weight 1 is -1*");
        Fails(() => LossSteps.Weighted([double.NaN]), "weights", "*weight 0 is NaN*");
        Fails(() => LossSteps.Last(2, 2, [1, double.PositiveInfinity]), "weights", "*weight 1*");
        Fails(() => LossSteps.Last(2, 3, [1, 1]), "weights", "*3 targets*got 2*");
        Fails(() => LossSteps.All(2, [1, 1], [1, 1]), "weights", "*4 targets*got 2*");
        Fails(() => LossSteps.All(2, [1, 3]), "lengths", "*[0, 2]*sequence 1 is 3*");
        Fails(() => LossSteps.Last(2, [-1]), "lengths", "*sequence 0 is -1*");
        Fails(() => LossSteps.All(0, [0]), "steps", "*");
        Fails(() => LossSteps.All(2_000_000_000, [1, 2], [1, 1]), "steps", "*2000000000 steps of 2 sequences*");
        Fails(() => LossSteps.All(1 << 30, [1, 1, 1, 1]), "steps", "*1073741824 steps of 4 sequences*");
        Fails(() => LossSteps.Last(2_000_000_000, [1, 2], [1, 1]), "steps", "*2000000000 steps of 2 sequences*");
        Fails(() => LossSteps.Last(1 << 16, 1 << 16), "steps", "*65536 steps of 65536 sequences*");
        Fails(() => LossSteps.Last(1, 0), "batch", "*");
        Fails(() => LossSteps.Last(1, []), "batch", "*");
    }

    private static void Fails(Action action, string parameter, string message) =>
        action.Should().Throw<ArgumentException>().WithParameterName(parameter).WithMessage(message);
}
