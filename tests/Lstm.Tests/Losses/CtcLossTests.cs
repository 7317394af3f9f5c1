namespace Lstm.Tests.Losses;

public sealed class CtcTests
{
    public static TheoryData<int, int, int> SmallCases()
    {
        TheoryData<int, int, int> cases = [];
        foreach (int steps in Enumerable.Range(1, 6))
        {
            cases.Add(steps, 1, 0);
            cases.Add(steps, 2, 0);
            cases.Add(steps, 3, 1);
            cases.Add(steps, 4, 3);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(SmallCases))]
    public void Agrees_with_the_sum_over_all_paths_for_every_target(int steps, int classes, int blank)
    {
        double[] logits = Random(steps * classes, limit: 3), gradient = new double[logits.Length];
        CtcPaths paths = new(logits, classes, blank);
        CtcLoss<double> ctc = new(classes, steps, maxTargetLength: steps, new() { Blank = blank });
        foreach (int[] target in paths.Targets)
        {
            double loss = ctc.Evaluate(logits, target, [target.Length], gradient);

            loss.Should().BeApproximately(paths.Loss(target), 1e-12);
            double[] expected = paths.Gradient(target);
            gradient.Zip(expected, (g, e) => Math.Abs(g - e)).Max().Should().BeLessThan(1e-12, "the target is {0}", string.Join(' ', target));
        }
    }

    [Fact]
    public void A_target_that_no_path_becomes_is_impossible_and_no_other_is()
    {
        const int Steps = 4;
        CtcLoss<double> ctc = new(classes: 3, Steps, maxTargetLength: Steps, new() { ImpossibleAlignment = ImpossibleAlignment.Infinity });
        double[] logits = Random(Steps * 3, limit: 1), gradient = new double[logits.Length];
        CtcPaths paths = new(logits, classes: 3, blank: 0);
        int impossible = 0;
        for (int length = 0; length <= Steps; length++)
        {
            for (int bits = 0; bits < 1 << length; bits++)
            {
                int[] target = [.. Enumerable.Range(0, length).Select(k => 1 + (bits >> k) % 2)];
                Array.Fill(gradient, double.NaN);
                double.IsPositiveInfinity(ctc.Evaluate(logits, target, [length], gradient)).Should().Be(!paths.Has(target));
                gradient.Should().OnlyContain(g => paths.Has(target) ? g != 0 : g == 0);
                impossible += paths.Has(target) ? 0 : 1;
            }
        }

        impossible.Should().BeGreaterThan(10);
    }

    [Fact]
    public void An_impossible_alignment_names_its_sequence_before_anything_is_written()
    {
        double[] gradient = Random(3 * 2 * 4, limit: 1), before = [.. gradient];
        CtcLoss<double> ctc = new(classes: 4, maxSteps: 3, maxTargetLength: 3);

        Action evaluate = () => ctc.Evaluate(new double[24], [1, 2, 1, 1], [2, 2], gradient, [3, 2]);

        evaluate.Should().Throw<ArgumentException>().WithParameterName("targets").WithMessage("*sequence 1 needs 3 steps*there are 2*");
        gradient.Should().Equal(before);
    }

    [Theory]
    [InlineData(ImpossibleAlignment.Ignore, Reduction.Mean, 1)]
    [InlineData(ImpossibleAlignment.Ignore, Reduction.Sum, 1)]
    [InlineData(ImpossibleAlignment.Infinity, Reduction.Mean, 0.5)]
    [InlineData(ImpossibleAlignment.Infinity, Reduction.Sum, 1)]
    public void An_impossible_alignment_leaves_the_other_sequences_their_gradient(ImpossibleAlignment option, Reduction reduction, double share)
    {
        double[] logits = Random(3 * 2 * 4, limit: 2), gradient = new double[24], alone = new double[12];
        CtcLoss<double> ctc = new(classes: 4, maxSteps: 3, maxTargetLength: 3, new() { ImpossibleAlignment = option });
        double[] first = [.. logits[..4], .. logits[8..12], .. logits[16..20]];
        double expected = ctc.Evaluate(first, [1, 2], [2], alone, reduction: reduction);

        double loss = ctc.Evaluate(logits, [1, 2, 1, 1], [2, 2], gradient, [3, 2], reduction);

        loss.Should().Be(option == ImpossibleAlignment.Ignore ? expected : double.PositiveInfinity);
        for (int k = 0; k < gradient.Length; k++)
        {
            gradient[k].Should().BeApproximately(k / 4 % 2 == 0 ? share * alone[k / 8 * 4 + k % 4] : 0, 1e-15);
        }
    }

    [Fact]
    public void A_sequence_without_steps_and_labels_has_loss_0()
    {
        float[] gradient = [1, 1];
        new CtcLoss<float>(classes: 2, maxSteps: 1, maxTargetLength: 0).Evaluate([float.NaN, float.NaN], [], [0], gradient, [0]).Should().Be(0);
        gradient.Should().Equal(0, 0);
    }

    [Theory]
    [InlineData(1e3)]
    [InlineData(1e30)]
    public void Logits_of_any_size_give_finite_numbers(float size)
    {
        float[] logits = [.. Random(9 * 2 * 5, limit: 1).Select(x => (float)x * size)], gradient = new float[logits.Length];
        CtcLoss<float> ctc = new(classes: 5, maxSteps: 9, maxTargetLength: 4);

        double loss = ctc.Evaluate(logits, [1, 2, 2, 3, 4, 1], [4, 2], gradient);

        double.IsFinite(loss).Should().BeTrue();
        gradient.Should().OnlyContain(g => MathF.Abs(g) <= 1);
        gradient.Should().Contain(g => g != 0);
    }

    [Fact]
    public void Where_the_logits_forbid_every_path_the_loss_is_infinite_and_the_gradient_0()
    {
        float[] gradient = [1, 1, 1, 1];
        CtcLoss<float> ctc = new(classes: 2, maxSteps: 2, maxTargetLength: 1);

        ctc.Evaluate([0, float.NegativeInfinity, 0, float.NegativeInfinity], [1], [1], gradient).Should().Be(double.PositiveInfinity);
        gradient.Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void Infinite_logits_are_sure()
    {
        const float Infinity = float.PositiveInfinity;
        float[] gradient = new float[6];
        CtcLoss<float> ctc = new(classes: 3, maxSteps: 2, maxTargetLength: 1);

        ctc.Evaluate([0, 0, -Infinity, 0, Infinity, -Infinity], [1], [1], gradient).Should().BeApproximately(0, 1e-12);
        gradient.Should().OnlyContain(g => MathF.Abs(g) < 1e-6f);
        ctc.Evaluate([0, 0, -Infinity, Infinity, 0, -Infinity], [1], [1], gradient).Should().BeApproximately(Math.Log(2), 1e-12);
        gradient.Zip([0.5f, -0.5f, 0, 0, 0, 0], (a, b) => MathF.Abs(a - b)).Max().Should().BeLessThan(1e-6f);
        ctc.Evaluate([Infinity, 0, 0, Infinity, 0, 0], [1], [1], gradient).Should().Be(double.PositiveInfinity);
        gradient.Should().OnlyContain(g => g == 0);
        ctc.Evaluate([0, 0, 0, -Infinity, -Infinity, -Infinity], [1], [1], gradient).Should().Be(double.PositiveInfinity);
        gradient.Should().OnlyContain(g => g == 0);
        double.IsNaN(ctc.Evaluate([Infinity, Infinity, 0, 0, 0, 0], [1], [1], gradient)).Should().BeTrue();
    }

    [Fact]
    public void What_a_call_does_depends_on_its_own_sizes_alone()
    {
        double[] logits = Random(7 * 2 * 4, limit: 2), expected = new double[logits.Length], actual = new double[logits.Length];
        CtcLoss<double> own = new(classes: 4, maxSteps: 7, maxTargetLength: 3), roomy = new(classes: 4, maxSteps: 900, maxTargetLength: 700);
        roomy.Evaluate(Random(800 * 4, limit: 2), [.. Enumerable.Range(0, 700).Select(k => 1 + k % 3)], [700], new double[3200]);

        roomy.Evaluate(logits, [1, 2, 3, 3], [3, 1], actual).Should().Be(own.Evaluate(logits, [1, 2, 3, 3], [3, 1], expected));
        actual.Should().Equal(expected);
    }

    [Fact]
    public void NaN_is_not_hidden()
    {
        double[] gradient = new double[4];
        double.IsNaN(new CtcLoss<double>(2, 2, 1).Evaluate([1, 2, double.NaN, 0], [1], [1], gradient)).Should().BeTrue();
        gradient.Should().Contain(g => double.IsNaN(g));
    }

    /// <summary>In float as logarithms the alignments of 3000 steps would leave three digits.</summary>
    [Fact]
    public void A_long_sequence_in_float_agrees_with_double()
    {
        const int Steps = 3000, Classes = 30, Labels = 400;
        float[] logits = [.. Random(Steps * Classes, limit: 3).Select(x => (float)x)], gradient = new float[logits.Length];
        double[] doubles = [.. logits.Select(x => (double)x)], expected = new double[logits.Length];
        int[] targets = [.. Enumerable.Range(0, Labels).Select(k => 1 + k * k % (Classes - 1))];

        double loss = new CtcLoss<float>(Classes, Steps, Labels).Evaluate(logits, targets, [Labels], gradient);
        double expectedLoss = new CtcLoss<double>(Classes, Steps, Labels).Evaluate(doubles, targets, [Labels], expected);

        (loss / expectedLoss).Should().BeApproximately(1, 1e-6);
        gradient.Zip(expected, (g, e) => Math.Abs(g - e)).Max().Should().BeLessThan(1e-5);
    }

    [Fact]
    public void An_instance_serves_smaller_batches_after_larger_ones()
    {
        double[] large = Random(9 * 2 * 4, limit: 2), small = Random(3 * 4, limit: 2), expected = new double[12], actual = new double[12];
        CtcLoss<double> used = new(classes: 4, maxSteps: 9, maxTargetLength: 5), unused = new(classes: 4, maxSteps: 9, maxTargetLength: 5);
        used.Evaluate(large, [1, 2, 3, 3, 1, 2, 2], [5, 2], new double[large.Length]);

        used.Evaluate(small, [3, 2], [2], actual).Should().Be(unused.Evaluate(small, [3, 2], [2], expected));
        actual.Should().Equal(expected);
    }

    [Fact]
    public void A_warm_call_allocates_nothing()
    {
        float[] logits = new float[9 * 2 * 4], gradient = new float[logits.Length];
        int[] targets = [1, 2, 3], targetLengths = [2, 1], inputLengths = [9, 5];
        CtcLoss<float> ctc = new(classes: 4, maxSteps: 9, maxTargetLength: 5);

        Allocations.LeastOf(() => ctc.Evaluate(logits, targets, targetLengths, gradient, inputLengths)).Should().Be(0);
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        CtcLoss<float> ctc = new(classes: 4, maxSteps: 3, maxTargetLength: 2);
        float[] logits = new float[2 * 2 * 4];

        Fails(() => ctc.Evaluate(new float[9], [1], [1, 0]), "logits", "*[steps, 2, 4]*9 numbers*");
        Fails(() => ctc.Evaluate(logits, [], []), "logits", "*0 target lengths*");
        Fails(() => ctc.Evaluate(new float[4 * 4], [1], [1]), "logits", "*at most 3 steps*there are 4*");
        Fails(() => ctc.Evaluate(logits, [1], [1, 0], new float[5]), "gradient", "Expected 16*got 5*");
        Fails(() => ctc.Evaluate(logits, [1], [1, 0], default, [2]), "inputLengths", "Expected 2 lengths*got 1*");
        Fails(() => ctc.Evaluate(logits, [1], [1, 0], default, [2, 3]), "inputLengths", "*[0, 2]*sequence 1 is 3*");
        Fails(() => ctc.Evaluate(logits, [1, 1, 1], [3, 0]), "targetLengths", "*[0, 2]*sequence 0 is 3*");
        Fails(() => ctc.Evaluate(logits, [1], [1, -1]), "targetLengths", "*sequence 1 is -1*");
        Fails(() => ctc.Evaluate(logits, [1, 1], [1, 0]), "targets", "Expected 1 labels*got 2*");
        Fails(() => ctc.Evaluate(logits, [1, 4], [1, 1]), "targets", "*label 1 is 4*");
        Fails(() => ctc.Evaluate(logits, [1, 0], [1, 1]), "targets", "*blank 0*label 1 is 0*");
        Fails(() => _ = new CtcLoss<float>(4, 3, 2, new() { Blank = 4 }), "options", "*[0, 4)*");
        Fails(() => _ = new CtcLoss<float>(0, 3, 2), "classes", "*");
        Fails(() => _ = new CtcLoss<float>(4, 0, 2), "maxSteps", "*");
        Fails(() => _ = new CtcLoss<float>(4, 3, -1), "maxTargetLength", "*");
        Fails(() => _ = new CtcLoss<float>(30, 1_000_000, 2_000), "maxSteps", "*maxSteps is 1000000 and maxTargetLength is 2000*");
        Fails(() => _ = new CtcLoss<double>(30, 1, int.MaxValue), "maxSteps", "*maxTargetLength is 2147483647*");
        Fails(() => _ = new CtcLoss<float>(30, int.MaxValue, 0), "maxSteps", "*maxSteps is 2147483647*");
        CtcLoss<float> wide = new(classes: 65_536, maxSteps: 1, maxTargetLength: 1);
        Fails(() => wide.Evaluate(new float[4], [], new int[65_536]), "logits", "*[steps, 65536, 65536]*got 4 numbers*");
    }

    private static void Fails(Action action, string parameter, string message) =>
        action.Should().Throw<ArgumentException>().WithParameterName(parameter).WithMessage(message);

    private static double[] Random(int length, double limit)
    {
        Random random = new(length);
        return [.. Enumerable.Range(0, length).Select(_ => limit * (2 * random.NextDouble() - 1))];
    }
}
