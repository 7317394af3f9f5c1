using Lstm.Tests.Losses;

namespace Lstm.Tests.GradientChecks;

/// <summary>
/// Every loss, reduction and selection of steps against finite differences. What does not count is NaN, or no class at all, and the
/// gradient is NaN before the call.
/// </summary>
public sealed class LossGradientCheckTests
{
    private const int Size = 13;
    private const int Rows = Selections.Steps * Selections.Batch;

    private delegate double Loss(double[] y, Targets targets, Span<double> gradient, Reduction reduction, LossSteps steps);

    private static readonly Dictionary<string, Loss> s_losses = new()
    {
        ["squared"] = (y, t, dy, reduction, steps) => MeanSquaredError.Evaluate(y, t.Values, dy, reduction, steps),
        ["HuberLoss"] = (y, t, dy, reduction, steps) => HuberLoss.Evaluate(y, t.Values, dy, 0.8, reduction, steps),
        ["sigmoid"] = (y, t, dy, reduction, steps) => SigmoidCrossEntropy.Evaluate(y, t.Values, dy, reduction, steps),
        ["softmax"] = (y, t, dy, reduction, steps) => SoftmaxCrossEntropy.Evaluate(y, t.Classes, dy, reduction, steps: steps),
        ["softmax, ignored"] = (y, t, dy, reduction, steps) => SoftmaxCrossEntropy.Evaluate(y, t.Classes, dy, reduction, 5, steps: steps),
        ["softmax, smoothed"] = (y, t, dy, reduction, steps) => SoftmaxCrossEntropy.Evaluate(y, t.Classes, dy, reduction, null, 0.2, steps),
        ["softmax, ignored, smoothed"] = (y, t, dy, reduction, steps) => SoftmaxCrossEntropy.Evaluate(y, t.Classes, dy, reduction, 5, 0.3, steps),
    };

    public static TheoryData<string, Selection, Reduction> Cases()
    {
        TheoryData<string, Selection, Reduction> cases = [];
        foreach (string loss in s_losses.Keys)
        {
            foreach (Selection selection in Enum.GetValues<Selection>())
            {
                cases.Add(loss, selection, Reduction.Mean);
                cases.Add(loss, selection, Reduction.Sum);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_finite_differences(string name, Selection selection, Reduction reduction)
    {
        Loss loss = s_losses[name];
        double[] y = Outputs(selection), gradient = new double[y.Length], inPlace = [.. y];
        Targets targets = Targets.Create(selection);
        Array.Fill(gradient, double.NaN);
        double value = loss(y, targets, gradient, reduction, Selections.Create(selection));

        double alone = loss(y, targets, [], reduction, Selections.Create(selection));
        loss(inPlace, targets, inPlace, reduction, Selections.Create(selection));

        alone.Should().Be(value);
        inPlace.Should().Equal(gradient);
        gradient.Should().Contain(derivative => derivative != 0);
        FiniteDifferences.ShouldGive(gradient, y, () => loss(y, targets, [], reduction, Selections.Create(selection)), $"loss, {name}");
    }

    [Theory]
    [InlineData(Reduction.Sum, 0)]
    [InlineData(Reduction.Mean, 0)]
    [InlineData(Reduction.Mean, 2)]
    public void CtcLoss(Reduction reduction, int blank)
    {
        const int Steps = 12, Batch = 4, Classes = 4;
        CtcLoss<double> ctc = new(Classes, Steps, maxTargetLength: 6, new() { Blank = blank, ImpossibleAlignment = ImpossibleAlignment.Ignore });
        Random random = new(1);
        double[] logits = [.. Enumerable.Range(0, Steps * Batch * Classes).Select(_ => 4 * random.NextDouble() - 2)], gradient = new double[logits.Length];
        int[] targetLengths = [6, 0, 3, 2], inputLengths = [12, 5, 4, 1];
        int[] targets = [1, 1, 3, 1, 1, 3, 3, 3, 1, 3, 3];
        for (int k = 0; k < logits.Length; k++)
        {
            logits[k] = k / (Batch * Classes) < inputLengths[k / Classes % Batch] ? logits[k] : double.NaN;
        }

        Array.Fill(gradient, double.NaN);
        ctc.Evaluate(logits, targets, targetLengths, gradient, inputLengths, reduction);

        FiniteDifferences.ShouldGive(gradient, logits, () => ctc.Evaluate(logits, targets, targetLengths, [], inputLengths, reduction), "loss, ctc");
    }

    private static double[] Outputs(Selection selection)
    {
        Random random = new(3);
        double[] weights = Selections.Weights(selection);
        return [.. Enumerable.Range(0, Rows * Size).Select(k => (6 * random.NextDouble() - 3) * (weights[k / Size] == 0 ? double.NaN : 1))];
    }

    /// <summary>Targets for every kind of loss.</summary>
    private sealed record Targets(double[] Values, int[] Classes)
    {
        public static Targets Create(Selection selection)
        {
            Random random = new(4);
            double[] weights = Selections.Weights(selection);
            int rows = Selections.IsLast(selection) ? Selections.Batch : Rows;
            double Weight(int row) => rows == Rows ? weights[row] : Enumerable.Range(0, Selections.Steps).Sum(t => weights[t * Selections.Batch + row]);
            return new(
                [.. Enumerable.Range(0, rows * Size).Select(k => random.NextDouble() * (Weight(k / Size) == 0 ? double.NaN : 1))],
                [.. Enumerable.Range(0, rows).Select(row => Weight(row) == 0 ? -7 : row == 3 ? 5 : row % Size)]);
        }
    }
}
