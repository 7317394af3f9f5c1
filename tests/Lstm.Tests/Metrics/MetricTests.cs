namespace Lstm.Tests.Metrics;

/// <summary>Each metric against its definition, over batches of which not everything counts.</summary>
public sealed class MetricTests
{
    private const int Classes = 3, Steps = 4, Batch = 3;

    private static readonly int[] Lengths = [4, 2, 0];

    [Fact]
    public void Accuracy_is_the_share_of_targets_with_the_largest_logit()
    {
        (List<(int Predicted, int Target)> rows, Accuracy accuracy) = CountClasses(new Accuracy());

        accuracy.Value.Should().Be(rows.Count(row => row.Predicted == row.Target) / (double)rows.Count);
        accuracy.Value.Should().BeInRange(0.01, 0.99);
    }

    [Fact]
    public void F1_is_the_harmonic_mean_of_precision_and_recall()
    {
        (List<(int Predicted, int Target)> rows, F1Score macro) = CountClasses(F1Score.Macro(Classes + 1));
        double F1(int k)
        {
            double hits = rows.Count(row => row.Predicted == k && row.Target == k);
            double precision = hits / rows.Count(row => row.Predicted == k), recall = hits / rows.Count(row => row.Target == k);
            return 2 * precision * recall / (precision + recall);
        }

        // The fourth class is nowhere.
        macro.Value.Should().BeApproximately((F1(0) + F1(1) + F1(2)) / 3, 1e-15);
        double[] logits = [1, 0, 0, 1, 0, 1, 1, 0, 0, 1];
        int[] targets = [1, 1, 0, 0, 1];
        F1Score binary = F1Score.Binary(), other = F1Score.Binary(positive: 0);
        binary.Add<double>(logits, targets);
        other.Add<double>(logits, targets);
        binary.Value.Should().Be(4.0 / 6);
        other.Value.Should().Be(0.5);
    }

    [Fact]
    public void The_first_of_equal_logits_is_the_prediction()
    {
        Accuracy accuracy = new();
        accuracy.Add([0.5f, 0.5f, 0f, 1f, 2f, 2f], [0, 2]);

        accuracy.Value.Should().Be(0.5);
    }

    [Fact]
    public void Weights_count_and_what_is_ignored_does_not()
    {
        Accuracy accuracy = new();
        double[] logits = [1, 0, 1, 0, 1, 0, double.NaN, 0];
        accuracy.Add<double>(logits, [0, 1, -1, 1], ignoreIndex: -1, LossSteps.Weighted([3, 1, 5, 0]));

        accuracy.Value.Should().Be(0.75);
    }

    [Fact]
    public void Errors_of_numbers_are_means_over_all_that_count()
    {
        MeanAbsoluteError mae = new();
        RootMeanSquaredError rmse = new();
        List<double> differences = [];
        for (ulong k = 0; k < 3; k++)
        {
            double[] outputs = Numbers.Random(Steps * Batch * 2, k), targets = Numbers.Random(Steps * Batch * 2, 50 + k);
            mae.Add<double>(outputs, targets, LossSteps.All(Steps, Lengths));
            rmse.Add<double>(outputs, targets, LossSteps.All(Steps, Lengths));
            differences.AddRange(Enumerable.Range(0, outputs.Length).Where(i => i / 2 / Batch < Lengths[i / 2 % Batch]).Select(i => outputs[i] - targets[i]));
        }

        mae.Value.Should().BeApproximately(differences.Average(Math.Abs), 1e-15);
        rmse.Value.Should().BeApproximately(Math.Sqrt(differences.Average(d => d * d)), 1e-15);
    }

    [Fact]
    public void Weighted_errors_of_last_steps_have_a_target_for_each_sequence()
    {
        MeanAbsoluteError mae = new();
        RootMeanSquaredError rmse = new();
        double[] outputs = [9, 9, 2, 9, 9, 5], targets = [1, 1, 1];
        mae.Add<double>(outputs, targets, LossSteps.Last(2, [2, 0, 2], [1, 7, 3]));
        rmse.Add<double>(outputs, targets, LossSteps.Last(2, [2, 0, 2], [1, 7, 3]));

        mae.Value.Should().Be((8 + 3 * 4) / 4.0);
        rmse.Value.Should().Be(Math.Sqrt((64 + 3 * 16) / 4.0));
    }

    [Fact]
    public void Yes_or_no_is_told_by_the_sign_of_the_logit()
    {
        BinaryAccuracy accuracy = new();
        BinaryF1 f1 = new();
        float[] logits = [2, -1, 0, 3, -4], targets = [1, 1, 0, 0, 0];
        accuracy.Add<float>(logits, targets);
        f1.Add<float>(logits, targets);

        accuracy.Value.Should().Be(0.6);
        f1.Value.Should().Be(0.5);
    }

    [Fact]
    public void Perplexity_and_bits_are_of_the_mean_over_all_targets()
    {
        Perplexity perplexity = new();
        BitsPerCharacter bits = new();
        foreach (LossMetric metric in new LossMetric[] { perplexity, bits })
        {
            metric.Add(1, 30);
            metric.Add(2, 10);
            metric.Add(double.NaN, 0);
        }

        perplexity.Value.Should().BeApproximately(Math.Exp(1.25), 1e-15);
        bits.Value.Should().BeApproximately(1.25 / Math.Log(2), 1e-15);
    }

    [Fact]
    public void What_has_counted_nothing_is_no_number()
    {
        Metric[] metrics = [new Accuracy(), F1Score.Binary(), F1Score.Macro(2), new MeanAbsoluteError(), new RootMeanSquaredError(),
            new BinaryAccuracy(), new BinaryF1(), new Perplexity(), new BitsPerCharacter()];
        Accuracy accuracy = (Accuracy)metrics[0];
        accuracy.Add([1.0, 0], [0]);
        accuracy.Value.Should().Be(1);
        accuracy.Reset();

        metrics.Should().OnlyContain(metric => double.IsNaN(metric.Value));
    }

    [Fact]
    public void F1_without_any_yes_is_0()
    {
        BinaryF1 binary = new();
        F1Score ofOne = F1Score.Binary(), ofZero = F1Score.Binary(positive: 0), macro = F1Score.Macro(2);
        binary.Add<double>([-1, -1], [0, 0]);
        ofOne.Add<double>([1, 0, 1, 0], [0, 0]);
        ofZero.Add<double>([1, 0, 1, 0], [0, 0]);
        macro.Add<double>([1, 0, 1, 0], [0, 0]);

        binary.Value.Should().Be(0);
        ofOne.Value.Should().Be(0);
        ofZero.Value.Should().Be(1);
        macro.Value.Should().Be(1);
    }

    [Fact]
    public void Errors_of_any_size_fit()
    {
        RootMeanSquaredError rmse = new();
        MeanAbsoluteError mae = new();
        rmse.Add<double>([1e200, -1e200], [0, 0]);
        mae.Add<double>([1.7e308, -1.7e308], [0, 0]);
        rmse.Value.Should().BeApproximately(1e200, 1e185);
        mae.Value.Should().Be(1.7e308);

        rmse.Reset();
        rmse.Add<double>([1e-200], [0]);
        rmse.Value.Should().BeApproximately(1e-200, 1e-215);
        rmse.Add<double>([1], [1]);
        rmse.Value.Should().BeApproximately(1e-200 / Math.Sqrt(2), 1e-215);
        rmse.Add<double>([4, 4], [0, 0]);
        rmse.Value.Should().BeApproximately(Math.Sqrt(8), 1e-14);
    }

    [Fact]
    public void Weights_of_any_size_count()
    {
        foreach (double weight in new[] { double.Epsilon, 1e-310, 1e308, double.MaxValue })
        {
            LossSteps steps = LossSteps.Weighted([weight, weight, weight]);
            RegressionMetric[] ofValues = [new MeanAbsoluteError(), new RootMeanSquaredError(), new BinaryAccuracy(), new BinaryF1()];
            foreach (RegressionMetric metric in ofValues)
            {
                metric.Add<double>([1, 1, 1], [0, 1, 1], steps);
            }

            double[] expected = [1 / 3.0, Math.Sqrt(1 / 3.0), 2 / 3.0, 0.8];
            ofValues.Select(metric => metric.Value).Should().Equal(expected, (a, b) => Math.Abs(a - b) < 1e-15);
            ClassMetric[] ofClasses = [new Accuracy(), F1Score.Binary(), F1Score.Macro(2)];
            foreach (ClassMetric metric in ofClasses)
            {
                metric.Add<double>([0, 1, 0, 1, 0, 1], [0, 1, 1], null, steps);
            }

            ofClasses.Select(metric => metric.Value).Should().Equal([2 / 3.0, 0.8, 0.4], (a, b) => Math.Abs(a - b) < 1e-15);
            Perplexity perplexity = new();
            perplexity.Add(1, weight);
            perplexity.Add(2, weight);
            perplexity.Value.Should().BeApproximately(Math.Exp(1.5), 1e-14);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        FluentActions.Invoking(() => new Accuracy().Add([1.0, 0, 2], [0, 1])).Should().Throw<ArgumentException>().WithMessage("*[2, classes]*got 3 logits*");
        FluentActions.Invoking(() => new Accuracy().Add([1.0, 0], [2])).Should().Throw<ArgumentException>().WithMessage("*[0, 2)*got 2*");
        FluentActions.Invoking(() => F1Score.Binary().Add([1.0, 0, 3], [0])).Should().Throw<InvalidOperationException>().WithMessage("*2 classes*prediction is 2*");
        FluentActions.Invoking(() => F1Score.Binary(2)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => F1Score.Macro(int.MaxValue)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*classes*");
        FluentActions.Invoking(() => F1Score.Macro(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new MeanAbsoluteError().Add<double>([1, 0], [1])).Should().Throw<ArgumentException>().WithMessage("*2 targets*got 2 outputs and 1*");
        FluentActions.Invoking(() => new Perplexity().Add(1, -1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("weight");
    }

    private static (List<(int Predicted, int Target)> Rows, TMetric Metric) CountClasses<TMetric>(TMetric metric)
        where TMetric : ClassMetric
    {
        List<(int, int)> rows = [];
        for (ulong k = 0; k < 5; k++)
        {
            double[] logits = Numbers.Random(Steps * Batch * Classes, k);
            int[] targets = [.. Numbers.Random(Steps * Batch, 50 + k).Select(x => (int)(1.5 * (x + 1)))];
            metric.Add<double>(logits, targets, ignoreIndex: null, LossSteps.All(Steps, Lengths));
            rows.AddRange(Enumerable.Range(0, Steps * Batch).Where(row => row / Batch < Lengths[row % Batch])
                .Select(row => (Enumerable.Range(0, Classes).MaxBy(c => logits[row * Classes + c]), targets[row])));
        }

        return (rows, metric);
    }
}
