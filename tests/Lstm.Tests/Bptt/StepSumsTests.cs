using Lstm.Numerics;

namespace Lstm.Tests.Bptt;

/// <summary>Sums over steps against their definition, for windows that end anywhere within the parts.</summary>
public sealed class StepSumsTests
{
    private const int Batch = 3;
    private const int Width = 5;

    public static TheoryData<int> Steps() =>
        [1, RowSums.Part - 1, RowSums.Part, RowSums.Part + 1, 255, 256, 257, 4095, 4096, 4097, 5000];

    /// <summary>Whole numbers, so that every sum is exact whatever its order.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_of_every_sequence_counts_once(int steps)
    {
        int[] lengths = [steps, (steps + 1) / 2, 1];
        StepSums<float> sums = new(steps, Batch, Width);
        for (int window = 0; window < 2; window++)
        {
            sums.Clear();
            for (int t = steps - 1; t >= 0; t--)
            {
                for (int b = 0; b < lengths.Count(length => length > t); b++)
                {
                    Add(sums.Rows(b, 1), t, b);
                    sums.EndStep(t, b, 1);
                }
            }

            float[] total = [7, 7, 7];
            sums.AddTo(column: 1, total);

            for (int j = 0; j < total.Length; j++)
            {
                total[j].Should().Be(7 + Enumerable.Range(0, Batch).Sum(b => Enumerable.Range(0, lengths[b]).Sum(t => Term(t, b, j + 1))));
            }
        }
    }

    [Fact]
    public void The_error_of_a_long_sum_is_that_of_a_short_one()
    {
        const int steps = 20_000;
        float[] terms = Array.ConvertAll(Numbers.Random(steps), value => (float)value);
        StepSums<float> sums = new(steps, batch: 1, width: 1);
        for (int t = steps - 1; t >= 0; t--)
        {
            sums.Rows(0, 1)[0] += terms[t];
            sums.EndStep(t, 0, 1);
        }

        float[] total = [0];
        sums.AddTo(0, total);

        double expected = terms.Sum(term => (double)term);
        total[0].Should().BeApproximately((float)expected, 2e-5f, "sums of {0} terms reach about {1}", steps, Math.Sqrt(steps));
    }

    private static void Add(Span<float> row, int t, int b)
    {
        for (int j = 0; j < Width; j++)
        {
            row[j] += Term(t, b, j);
        }
    }

    private static int Term(int t, int b, int j) => (t * 7 + b * 3 + j) % 11 - 5;
}
