using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The kernels of optimisers and averages against their definitions, for every length to 257.</summary>
public sealed class OptimizerKernelTests
{
    private const double Rate = 0.1, Decay = 0.75, Momentum = 0.9, Epsilon = 0.01;

    /// <summary>What a kernel does to tensors a, b, c, d, one number of each at a time.</summary>
    private delegate (double A, double B, double C, double D) Definition(double a, double b, double c, double d);

    private delegate void Kernel<T>(Span<T> a, Span<T> b, Span<T> c, Span<T> d);

    [Fact]
    public void Decay_added_to_gradients()
    {
        static (double, double, double, double) Definition(double w, double g, double c, double d) => (w, g + 0.1 * w, c, d);
        Check<float>((w, g, _, _) => WeightDecay.AddToGradients(w, 0.1f, g), Definition);
        Check<double>((w, g, _, _) => WeightDecay.AddToGradients(w, 0.1, g), Definition);
    }

    [Fact]
    public void Decay_taken_from_weights()
    {
        static (double, double, double, double) Definition(double w, double b, double c, double d) => (w - 0.1 * w, b, c, d);
        Check<float>((w, _, _, _) => WeightDecay.Shrink(w, 0.1f), Definition);
        Check<double>((w, _, _, _) => WeightDecay.Shrink(w, 0.1), Definition);
    }

    [Fact]
    public void Plain_descent()
    {
        static (double, double, double, double) Definition(double w, double g, double c, double d) => (w - 0.1 * g, g, c, d);
        Check<float>((w, g, _, _) => OptimizerSteps.Descend(w, g, 0.1f), Definition);
        Check<double>((w, g, _, _) => OptimizerSteps.Descend(w, g, 0.1), Definition);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Descent_with_momentum(bool nesterov)
    {
        (double, double, double, double) Definition(double w, double g, double v, double d)
        {
            v = Momentum * v + g;
            return (w - Rate * (nesterov ? g + Momentum * v : v), g, v, d);
        }

        Check<float>((w, g, v, _) => OptimizerSteps.DescendWithMomentum(w, g, v, (float)Rate, (float)Momentum, nesterov), Definition);
        Check<double>((w, g, v, _) => OptimizerSteps.DescendWithMomentum(w, g, v, Rate, Momentum, nesterov), Definition);
    }

    [Fact]
    public void Adagrad()
    {
        static (double, double, double, double) Definition(double w, double g, double s, double d)
        {
            s += g * g;
            return (w - Rate * g / (Math.Sqrt(s) + Epsilon), g, s, d);
        }

        Check<float>((w, g, s, _) => AdagradSteps.Descend(w, g, s, (float)Rate, (float)Epsilon), Definition);
        Check<double>((w, g, s, _) => AdagradSteps.Descend(w, g, s, Rate, Epsilon), Definition);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Rms_prop(bool centered, bool momentum)
    {
        (double, double, double, double) Definition(double w, double g, double s, double memory)
        {
            s = Decay * s + (1 - Decay) * g * g;
            double variance = s;
            if (centered)
            {
                memory = Decay * memory + (1 - Decay) * g;
                variance = Math.Max(0, s - memory * memory);
            }

            double step = g / (Math.Sqrt(variance) + Epsilon);
            memory = momentum ? Momentum * memory + step : memory;
            return (w - Rate * (momentum ? memory : step), g, s, memory);
        }

        Check(RmsProp<float>(centered, momentum), Definition);
        Check(RmsProp<double>(centered, momentum), Definition);
    }

    [Fact]
    public void A_variance_that_rounding_makes_negative_is_zero()
    {
        double[] w = [1], g = [0.1], s = [0.01 * (1 - 1e-15)], a = [0.1];

        RmsProp<double>(centered: true, momentum: false)(w, g, s, a);

        s[0].Should().BeLessThan(a[0] * a[0]);
        w[0].Should().BeApproximately(1 - Rate * 0.1 / Epsilon, 1e-12);
    }

    [Fact]
    public void Averages_move_by_their_share()
    {
        static (double, double, double, double) Definition(double w, double a, double c, double d) => (w, a + 0.1 * (w - a), c, d);
        Check<float>((w, a, _, _) => AverageSteps.MoveTowards(w, 0.1f, a), Definition);
        Check<double>((w, a, _, _) => AverageSteps.MoveTowards(w, 0.1, a), Definition);
    }

    [Fact]
    public void Numbers_change_places()
    {
        static (double, double, double, double) Definition(double a, double b, double c, double d) => (b, a, c, d);
        Check<float>((a, b, _, _) => AverageSteps.Exchange(a, b), Definition);
        Check<double>((a, b, _, _) => AverageSteps.Exchange(a, b), Definition);
    }

    private static Kernel<T> RmsProp<T>(bool centered, bool momentum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (w, g, s, memory) =>
            RmsPropSteps.Descend(w, g, s, centered ? memory : [], momentum ? memory : [], new RmsPropFactors<T>
            {
                Rate = T.CreateTruncating(Rate),
                Decay = T.CreateTruncating(Decay),
                Rest = T.CreateTruncating(1 - Decay),
                Momentum = T.CreateTruncating(Momentum),
                Epsilon = T.CreateTruncating(Epsilon),
            });

    /// <summary>The third tensor is not negative, as the squares are that it stands for.</summary>
    private static void Check<T>(Kernel<T> kernel, Definition definition)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double tolerance = typeof(T) == typeof(float) ? 1e-5 : 1e-13;
        for (int size = 0; size <= 257; size++)
        {
            Guarded<T>[] tensors = [.. Enumerable.Range(0, 4).Select(k => Random<T>(size, (ulong)k))];
            double[][] before = [.. tensors.Select(Doubles)];
            kernel(tensors[0].Span, tensors[1].Span, tensors[2].Span, tensors[3].Span);
            double[][] after = [.. tensors.Select(Doubles)];
            for (int k = 0; k < size; k++)
            {
                (double a, double b, double c, double d) = definition(before[0][k], before[1][k], before[2][k], before[3][k]);
                double[] expected = [a, b, c, d];
                for (int tensor = 0; tensor < 4; tensor++)
                {
                    double margin = tolerance * Math.Max(1, Math.Abs(expected[tensor]));
                    Assert.InRange(after[tensor][k], expected[tensor] - margin, expected[tensor] + margin);
                }
            }

            tensors.Should().OnlyContain(tensor => tensor.IsIntact);
        }
    }

    private static Guarded<T> Random<T>(int length, ulong tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(tensor, RandomStream.Weights(length));
        return new(length, T.NegativeOne, _ => T.CreateTruncating(tensor == 2 ? 1 + random.NextUniform() : 2 * random.NextUniform() - 1));
    }

    private static double[] Doubles<T>(Guarded<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.Span.ToArray().Select(value => double.CreateTruncating(value))];
}
