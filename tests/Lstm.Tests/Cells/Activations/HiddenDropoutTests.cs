using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>
/// h' without dropped elements, and the gradients that come back: the same factors at all steps of a window, and in the rows told alone.
/// </summary>
public sealed class HiddenDropoutTests
{
    private const int Steps = 2;
    private const int Batch = 5;
    private const double Rate = 0.25;
    private const int First = 1;
    private const int Rows = 3;

    public static TheoryData<int, bool> Sizes()
    {
        TheoryData<int, bool> rows = [];
        foreach (int size in new[] { 1, 2, 7, 8, 16, 33, 70 })
        {
            rows.Add(size, true);
            rows.Add(size, false);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void In_float(int size, bool isTraining) => Check<float>(size, isTraining, 1e-6);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void In_double(int size, bool isTraining) => Check<double>(size, isTraining, 1e-15);

    private static void Check<T>(int size, bool isTraining, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T kept = T.CreateTruncating(1 / (1 - Rate)), marker = T.CreateTruncating(-77.5);
        HiddenDropout<T> dropout = New<T>(size, isTraining);
        RecurrentMask<T> drawn = RecurrentMask<T>.Dropout(ContextOf<T>(isTraining), steps: 1, size, Rate)!;
        dropout.Draw(First, Rows);
        drawn.Draw(0, First, Rows);
        T[] m = drawn.Rows(0, First, Rows).ToArray();
        Array.TrueForAll(m, factor => isTraining ? factor == T.Zero || factor == kept : factor == T.One).Should().BeTrue();

        for (int t = 0; t < Steps; t++)
        {
            T[] before = Random<T>(Rows * size, (ulong)t + 1);
            dropout.Values.Steps(0, Steps).Fill(marker);
            dropout.Forward(t, First, Rows, before);
            ShouldBe(dropout.Values.Rows(t, First, Rows), k => Double(m[k]) * Double(before[k]));
            int written = dropout.Values.Steps(0, Steps).ToArray().Count(value => value != marker);
            written.Should().Be(Rows * size, "other rows are others' work");
        }

        T[] masked = Random<T>(Batch * size, 7), signal = Random<T>(Rows * size, 8);
        masked.CopyTo(dropout.Gradient.Steps(0, 1));
        Span<T> passed = masked.AsSpan(First * size, Rows * size);
        double[] gradient = [.. passed.ToArray().Select(Double)], there = [.. signal.Select(Double)];

        T[] assigned = [.. signal], added = [.. signal], applied = [.. signal];
        dropout.Backward(First, Rows, assigned, adds: false);
        dropout.Backward(First, Rows, added, adds: true);
        dropout.Apply(applied, First, Rows);

        ShouldBe(assigned, k => Double(m[k]) * gradient[k]);
        ShouldBe(added, k => Double(m[k]) * gradient[k] + there[k]);
        ShouldBe(applied, k => Double(m[k]) * there[k]);
        dropout.Gradient.Steps(0, 1).SequenceEqual(masked).Should().BeTrue("it is only read");

        void ShouldBe(ReadOnlySpan<T> actual, Func<int, double> expected)
        {
            for (int k = 0; k < actual.Length; k++)
            {
                Assert.InRange(Double(actual[k]), expected(k) - tolerance, expected(k) + tolerance);
            }
        }
    }

    private static HiddenDropout<T> New<T>(int size, bool isTraining)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(ContextOf<T>(isTraining), size, Rate);

    private static PassContext<T> ContextOf<T>(bool isTraining)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PassContext<T> context = new(Steps, Batch, new BpttOptions { Threads = 1, Seed = 5 });
        context.Window.Begin(Steps);
        context.Window.IsTraining = isTraining;
        return context;
    }

    private static T[] Random<T>(int length, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Numbers.Random(length, seed), T.CreateTruncating);

    private static double Double<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(value);
}
