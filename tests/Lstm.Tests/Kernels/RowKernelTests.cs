using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>Normalisation, softmax, optimiser steps and transposes against their definitions, for every length to 257.</summary>
public sealed unsafe class RowKernelTests
{
    [Fact]
    public void Layer_normalisation_in_float() => CheckLayerNormalization<float>(2e-5);

    [Fact]
    public void Layer_normalisation_in_double() => CheckLayerNormalization<double>(1e-13);

    /// <summary>The mean has a rounding error as large as a ten-thousandth of these deviations; the mean of the differences recovers it.</summary>
    [Theory]
    [InlineData(21)]
    [InlineData(256)]
    public void A_mean_far_from_zero_leaves_the_normalisation_its_digits(int size)
    {
        const int Groups = 4;
        Guarded<float> v = Random<float>(Groups * size, 1), x = new(Groups * size, -1), y = new(Groups * size, -1), r = new(Groups, -1);
        Guarded<float> alone = new(Groups * size, -1), scales = new(Groups, -1), gain = Random<float>(Groups * size, 2);
        foreach (ref float value in v.Span)
        {
            value += 3000;
        }

        NormalizedRow<float> row = Row(v, x, r, size) with { Groups = Groups, Result = y.Numbers, Gain = gain.Numbers };
        LayerNormalization<float>.Forward(row);
        for (int group = 0; group < Groups; group++)
        {
            NormalizedRow<float> one = Row(v, alone, scales, size);
            (one.Values, one.Normalized, one.Scales) = (one.Values + group * size, one.Normalized + group * size, one.Scales + group);
            LayerNormalization<float>.Forward(one);
            scales.Span[group].Should().Be(r.Span[group]);
            double[] values = Doubles(v)[(group * size)..((group + 1) * size)];
            double mean = values.Average(), scale = 1 / Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + 1e-5);
            for (int k = 0; k < size; k++)
            {
                int at = group * size + k;
                Close(alone.Span[at], (values[k] - mean) * scale, 2e-6);
                x.Span[at].Should().Be(alone.Span[at]);
                y.Span[at].Should().Be(gain.Span[at] * alone.Span[at]);
            }
        }

        new[] { v, alone, x, y, r, scales, gain }.Should().OnlyContain(buffer => buffer.IsIntact);
    }

    [Fact]
    public void Softmax_in_float() => CheckSoftmax<float>(1e-5);

    [Fact]
    public void Softmax_in_double() => CheckSoftmax<double>(1e-14);

    /// <summary>A plain sum of these loses three times as much.</summary>
    [Fact]
    public void The_softmax_of_a_large_vocabulary_is_as_exact_as_that_of_a_small_one()
    {
        float[] logits = Array.ConvertAll(Numbers.Random(500_003), value => (float)value);

        float total = Softmax.SumOfExponentials<float>(logits, [], out float max);

        double expected = logits.Sum(logit => Math.Exp((double)logit - max));
        (total / expected).Should().BeApproximately(1, 2e-7);
    }

    [Fact]
    public void Adam_in_float() => CheckAdam<float>(1e-6);

    [Fact]
    public void Adam_in_double() => CheckAdam<double>(1e-15);

    [Fact]
    public void Packed_transposes_are_those_of_any_shape()
    {
        for (int rows = 1; rows <= 40; rows++)
        {
            CheckTransposedPanel<float>(rows, 7 * rows % 67 + 1);
            CheckTransposedPanel<double>(rows, 5 * rows % 71 + 1);
        }
    }

    private static void CheckLayerNormalization<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int size = 1; size <= 257; size++)
        {
            Guarded<T> v = Random<T>(size, 1), d = Random<T>(size, 2), r = new(1, T.NegativeOne);
            Guarded<T> x = new(size, T.NegativeOne), dv = new(size, T.NegativeOne);
            NormalizedRow<T> row = Row(v, x, r, size);
            LayerNormalization<T>.Forward(row);
            LayerNormalization<T>.Backward(row with { Values = d.Numbers, Result = dv.Numbers });

            double[] values = Doubles(v), gradients = Doubles(d);
            double mean = values.Average(), scale = 1 / Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + 1e-5);
            double[] normalized = [.. values.Select(value => (value - mean) * scale)];
            double byMean = gradients.Average(), byVariance = gradients.Zip(normalized, (a, b) => a * b).Average();
            for (int k = 0; k < size; k++)
            {
                Close(x.Span[k], normalized[k], tolerance);
                Close(dv.Span[k], scale * (gradients[k] - byMean - normalized[k] * byVariance), tolerance * scale);
            }

            new[] { v, d, x, dv, r }.Should().OnlyContain(buffer => buffer.IsIntact);
        }
    }

    private static void CheckSoftmax<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int size = 1; size <= 257; size++)
        {
            Guarded<T> logits = Random<T>(size, 3), e = new(size, T.NegativeOne);
            T total = Softmax.SumOfExponentials<T>(logits.Span, e.Span, out T max);

            double[] values = Doubles(logits);
            Close(max, values.Max(), 0);
            for (int k = 0; k < size; k++)
            {
                Close(e.Span[k], Math.Exp(values[k] - values.Max()), tolerance);
            }

            Close(total, values.Sum(value => Math.Exp(value - values.Max())), tolerance * size);
            e.IsIntact.Should().BeTrue();
        }
    }

    private static void CheckAdam<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int size = 0; size <= 257; size++)
        {
            Guarded<T> w = Random<T>(size, 4), g = Random<T>(size, 5), m = Random<T>(size, 6), v = new(size, T.NegativeOne, k => T.CreateTruncating(k * 0.01));
            double[] w0 = Doubles(w), m0 = Doubles(m), v0 = Doubles(v), gradients = Doubles(g);
            OptimizerSteps.Adam(w.Span, g.Span, m.Span, v.Span, new AdamFactors<T>
            {
                Rate = T.CreateTruncating(0.1),
                Beta1 = T.CreateTruncating(0.9),
                Beta2 = T.CreateTruncating(0.75),
                Rest1 = T.CreateTruncating(0.1),
                Rest2 = T.CreateTruncating(0.25),
                VarianceRoot = T.CreateTruncating(0.5),
                Epsilon = T.CreateTruncating(0.01),
            });
            for (int k = 0; k < size; k++)
            {
                double mean = 0.9 * m0[k] + 0.1 * gradients[k], variance = 0.75 * v0[k] + 0.25 * gradients[k] * gradients[k];
                Close(w.Span[k], w0[k] - 0.1 * mean / (Math.Sqrt(variance) / 0.5 + 0.01), 10 * tolerance);
                Close(m.Span[k], mean, tolerance);
                Close(v.Span[k], variance, 4 * tolerance);
            }

            (w.IsIntact && m.IsIntact && v.IsIntact).Should().BeTrue();
        }
    }

    private static void CheckTransposedPanel<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] source = Random<T>(rows * columns, 7).Span.ToArray();
        PackedMatrix<T> packed = new();
        new Gemm<T>(WorkerTeam.Shared, 1).Pack(new Matrix<T>(source, columns, rows).Transposed, packed);
        for (int k = 0; k < rows; k++)
        {
            for (int j = 0; j < packed.Panels * PackedMatrix<T>.PanelWidth; j++)
            {
                T expected = j < columns ? source[j * rows + k] : T.Zero;
                packed.Panel(0, j / PackedMatrix<T>.PanelWidth)[k * PackedMatrix<T>.PanelWidth + j % PackedMatrix<T>.PanelWidth].Should().Be(expected);
            }
        }
    }

    /// <summary>One group, with an epsilon of 1e-5.</summary>
    private static NormalizedRow<T> Row<T>(Guarded<T> v, Guarded<T> x, Guarded<T> r, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Groups = 1,
            Size = size,
            Epsilon = T.CreateTruncating(1e-5),
            Values = v.Numbers,
            Normalized = x.Numbers,
            Scales = r.Numbers,
        };

    private static Guarded<T> Random<T>(int length, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Philox random = new(seed, RandomStream.Weights(length));
        return new(length, T.NegativeOne, _ => T.CreateTruncating(2 * random.NextUniform() - 1));
    }

    private static double[] Doubles<T>(Guarded<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.Span.ToArray().Select(value => double.CreateTruncating(value))];

    private static void Close<T>(T actual, double expected, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assert.InRange(double.CreateTruncating(actual), expected - tolerance, expected + tolerance);
}
