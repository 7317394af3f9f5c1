using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Losses;

/// <summary>Losses, gradients and metrics over the whole range of their types, against arithmetic without rounding.</summary>
public sealed class LossRangeTests
{
    private const int Cases = 120;

    /// <summary>Fixed, so that a run can be repeated.</summary>
    private const ulong Seed = 4711;

    private static readonly bool[] s_inPlace = [false, true];

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(Seed, 1);

    [Fact]
    public void Squared_errors_in_float() => CheckLoss<float>(LossKind.Squared, 2e-6);

    [Fact]
    public void Squared_errors_in_double() => CheckLoss<double>(LossKind.Squared, 1e-14);

    [Fact]
    public void Huber_losses_in_float() => CheckLoss<float>(LossKind.HuberLoss, 2e-6);

    [Fact]
    public void Huber_losses_in_double() => CheckLoss<double>(LossKind.HuberLoss, 1e-14);

    [Fact]
    public void Sigmoid_cross_entropies_in_float() => CheckLoss<float>(LossKind.Sigmoid, 2e-6);

    [Fact]
    public void Sigmoid_cross_entropies_in_double() => CheckLoss<double>(LossKind.Sigmoid, 1e-14);

    [Fact]
    public void Softmax_cross_entropies_in_float() => CheckSoftmax<float>(4e-6);

    [Fact]
    public void Softmax_cross_entropies_in_double() => CheckSoftmax<double>(1e-14);

    [Fact]
    public void Errors_of_numbers() => Prop.ForAll(Arb.From(Tests<double>(LossKind.Squared)), test =>
    {
        MeanAbsoluteError mae = new();
        RootMeanSquaredError rmse = new();
        mae.Add<double>(test.Outputs, test.Targets, LossSteps.Weighted(test.Weights));
        rmse.Add<double>(test.Outputs, test.Targets, LossSteps.Weighted(test.Weights));
        Exact absolute = 0, squares = 0, weights = 0;
        for (int k = 0; k < test.Outputs.Length; k++)
        {
            Exact d = (Exact)test.Outputs[k] - test.Targets[k], weight = test.Weights[k * test.Weights.Length / test.Outputs.Length];
            (absolute, squares, weights) = (absolute + weight * Exact.Abs(d), squares + weight * d * d, weights + weight);
        }

        if (weights.Integer.IsZero)
        {
            mae.Value.Should().Be(double.NaN);
            return;
        }

        ShouldBe(mae.Value, absolute / weights, 1e-14, double.MaxValue, "MAE");

        // A power of 4 brings the mean square near 1, where its root can be had in double.
        Exact mean = squares / weights;
        int half = mean.Integer.IsZero ? 0 : (int)(mean.Integer.GetBitLength() + mean.Exponent) / 2;
        double root = Math.ScaleB(Math.Sqrt((mean * new Exact(1, 0) with { Exponent = -2 * half }).ToDouble()), half);
        ShouldBe(rmse.Value, root, 1e-14, double.MaxValue, "RMSE");
    }).Check(s_config);

    [Fact]
    public void Metrics_of_classes_by_weights_of_any_size() => Prop.ForAll(Arb.From(Gen.ArrayOf(Numbers(-1074, 1023), 6)), numbers =>
    {
        double[] weights = [.. numbers.Select(Math.Abs)];
        if (weights.All(weight => weight == 0))
        {
            return;
        }

        double[] logits = [1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1];
        int[] targets = [0, 1, 1, 0, 0, 1];
        Accuracy accuracy = new();
        F1Score f1 = F1Score.Binary();
        BinaryF1 binary = new();
        accuracy.Add<double>(logits, targets, null, LossSteps.Weighted(weights));
        f1.Add<double>(logits, targets, null, LossSteps.Weighted(weights));
        binary.Add<double>([-1, 1, -1, 1, -1, 1], [0, 1, 1, 0, 0, 1], LossSteps.Weighted(weights));
        Exact[] w = [.. weights.Select(weight => (Exact)weight)];
        Exact total = w.Aggregate((a, b) => a + b), hits = w[1] + w[5], ones = hits + hits + w[2] + w[3];

        ShouldBe(accuracy.Value, (w[0] + w[1] + w[4] + w[5]) / total, 1e-14, 1, "accuracy");
        Exact expected = ones.Integer.IsZero ? 0 : (hits + hits) / ones;
        ShouldBe(f1.Value, expected, 1e-14, 1, "F1");
        ShouldBe(binary.Value, expected, 1e-14, 1, "binary F1");
    }).Check(s_config);

    private static void CheckLoss<T>(LossKind kind, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Prop.ForAll(Arb.From(Tests<T>(kind)), test =>
        {
            foreach (bool inPlace in s_inPlace)
            {
                T[] outputs = Array.ConvertAll(test.Outputs, T.CreateTruncating);
                T[] targets = Array.ConvertAll(test.Targets, T.CreateTruncating);
                T[] gradient = inPlace ? outputs : new T[outputs.Length];
                LossSteps steps = LossSteps.Weighted(test.Weights);
                double loss = kind switch
                {
                    LossKind.Squared => MeanSquaredError.Evaluate<T>(outputs, targets, gradient, test.Reduction, steps),
                    LossKind.HuberLoss => HuberLoss.Evaluate<T>(outputs, targets, gradient, test.Delta, test.Reduction, steps),
                    _ => SigmoidCrossEntropy.Evaluate<T>(outputs, targets, gradient, test.Reduction, steps),
                };
                Check(test, kind, loss, gradient, tolerance);
            }
        }).Check(s_config);
    }

    private static void Check<T>(Test test, LossKind kind, double loss, T[] gradient, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = test.Outputs.Length / test.Weights.Length;
        Exact sum = 0, total = 0;
        foreach (double weight in test.Weights)
        {
            total += (Exact)weight * size;
        }

        Exact divisor = test.Reduction == Reduction.Sum ? 1 : total;
        for (int k = 0; k < gradient.Length; k++)
        {
            double weight = test.Weights[k / size];
            (Exact number, Exact derivative) = Number(kind, test.Outputs[k], test.Targets[k], test.Delta);
            sum += weight * number;
            double largest = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;
            Exact expected = total.Integer.IsZero ? 0 : weight * derivative / divisor;

            // p - t has the digits of the larger of both.
            Exact slack = kind == LossKind.Sigmoid && !total.Integer.IsZero ? weight * (Exact)tolerance / divisor : 0;
            double smallest = double.CreateTruncating(T.Epsilon), actual = double.CreateTruncating(gradient[k]);
            ShouldBe(actual, expected, tolerance, largest, $"{kind}, derivative {k}", slack.ToDouble() + smallest);
        }

        ShouldBe(loss, total.Integer.IsZero ? 0 : sum / divisor, tolerance, double.MaxValue, $"{kind}, loss");
    }

    private static void CheckSoftmax<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Prop.ForAll(Arb.From(Tests<T>(LossKind.Squared)), test =>
        {
            int rows = test.Weights.Length, classes = test.Outputs.Length / rows;
            T[] logits = Array.ConvertAll(test.Outputs, T.CreateTruncating), gradient = new T[logits.Length];
            int[] targets = [.. Enumerable.Range(0, rows).Select(row => row * 7 % classes)];
            LossSteps steps = LossSteps.Weighted(test.Weights);
            double loss = SoftmaxCrossEntropy.Evaluate<T>(
                logits, targets, gradient, test.Reduction, labelSmoothing: test.Smoothing, steps: steps, threads: 1);
            Exact sum = 0, total = 0;
            for (int row = 0; row < rows; row++)
            {
                double[] x = test.Outputs[(row * classes)..((row + 1) * classes)];
                Exact ofRow = 0;
                for (int k = 0; k < classes; k++)
                {
                    double share = test.Smoothing / classes + (k == targets[row] ? 1 - test.Smoothing : 0);
                    ofRow += share * ((Exact)x.Max() - x[k]);
                }

                sum += test.Weights[row] * (ofRow + Math.Log(x.Sum(value => Math.Exp(Math.Max(-2000, value - x.Max())))));
                total += test.Weights[row];
            }

            Exact divisor = test.Reduction == Reduction.Sum ? 1 : total;
            Exact slack = test.Weights.Aggregate((Exact)0, (a, weight) => a + weight * (Exact)tolerance);
            ShouldBe(
                loss,
                total.Integer.IsZero ? 0 : sum / divisor,
                tolerance,
                double.MaxValue,
                "softmax, loss",
                total.Integer.IsZero ? 0 : (slack / divisor).ToDouble());
            Array.Exists(gradient, T.IsNaN).Should().BeFalse();
        }).Check(s_config);
    }

    private static (Exact Loss, Exact Derivative) Number(LossKind kind, double y, double t, double delta)
    {
        Exact d = (Exact)y - t, size = Exact.Abs(d), c = Exact.Min(size, delta);
        if (kind != LossKind.Sigmoid)
        {
            return kind == LossKind.Squared ? (d * d, d + d) : (c * (size - 0.5 * c), d.Integer.Sign < 0 ? -c : c);
        }

        double e = Math.Exp(-Math.Abs(y)), log = e > 1e-5 ? Math.Log(1 + e) : e - e * e / 2 + e * e * e / 3;
        return (Math.Abs(y) * (y > 0 ? (Exact)1 - t : t) + log, (y > 0 ? 1 / (1 + e) : e / (1 + e)) - (Exact)t);
    }

    private static void ShouldBe(double actual, Exact expected, double tolerance, double largest, string what, double slack = 0)
    {
        double value = expected.ToDouble();
        if (Math.Abs(value) > largest * (1 - tolerance))
        {
            bool isLarge = Math.Abs(actual) >= largest * (1 - tolerance) && Math.Sign(actual) == Math.Sign(value);
            isLarge.Should().BeTrue("of {0}: {1} for {2}", what, actual, value);
        }
        else
        {
            double allowed = Math.Abs(value) * tolerance + Math.Min(slack, double.MaxValue) + 2 * double.Epsilon;
            actual.Should().BeApproximately(value, allowed, "of {0}", what);
        }
    }

    private static Gen<Test> Tests<T>(LossKind kind)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int low, int high) = typeof(T) == typeof(float) ? (-149, 127) : (-1074, 1023);
        Gen<double> outputs = Numbers(low, high).Select(RoundTo<T>);
        Gen<double> targets = kind == LossKind.Sigmoid ? Probabilities().Select(RoundTo<T>) : outputs;
        return
            from rows in Gen.Choose(1, 5)
            from size in Gen.Elements(1, 2, 9, 40)
            from y in Gen.ArrayOf(outputs, rows * size)
            from t in Gen.ArrayOf(targets, rows * size)
            from near in Gen.Elements(0, 0, 0, -30, 30)
            from weights in Gen.OneOf(Gen.Constant(Enumerable.Repeat(1.0, rows).ToArray()), Gen.ArrayOf(Numbers(-1074, 1023), rows))
            from delta in Numbers(low + 30, high - 30)
            from reduction in Gen.Elements(Reduction.Mean, Reduction.Sum)
            from smoothing in Gen.Elements(0, 0.1)
            select new Test(
                near == 0 ? y : [.. y.Select(value => RoundTo<T>(Math.CopySign(Math.ScaleB(1 + Math.Abs(value) % 1, near), value)))],
                t,
                [.. weights.Select(Math.Abs)],
                delta == 0 ? 1 : RoundTo<T>(Math.Abs(delta)),
                reduction,
                smoothing);
    }

    /// <summary>Of either sign and any exponent in the range, or 0.</summary>
    private static Gen<double> Numbers(int lowestExponent, int highestExponent) =>
        from exponent in Gen.Choose(lowestExponent, highestExponent)
        from fraction in Gen.Choose(0, (1 << 22) - 1)
        from sign in Gen.Elements(-1.0, 1.0, 1.0, -1.0, 0.0)
        select sign * Math.ScaleB(1 + fraction / (double)(1 << 22), exponent);

    private static Gen<double> Probabilities() =>
        from exponent in Gen.Choose(0, 60)
        from side in Gen.Elements(0, 1, 2, 3)
        select side switch { 0 => 0.0, 1 => 1.0, 2 => Math.ScaleB(1, -exponent), _ => 1 - Math.ScaleB(1, -exponent) };

    private static double RoundTo<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(T.CreateTruncating(value));

    private enum LossKind
    {
        Squared,
        HuberLoss,
        Sigmoid,
    }

    private sealed record Test(double[] Outputs, double[] Targets, double[] Weights, double Delta, Reduction Reduction, double Smoothing);
}
