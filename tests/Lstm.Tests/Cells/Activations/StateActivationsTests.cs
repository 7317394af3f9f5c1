using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>One state over the steps of a window: what zoneout mixes forward and backward, and which parts make up its gradient.</summary>
public sealed class StateActivationsTests
{
    private const int Steps = 3;
    private const int Batch = 5;
    private const double Rate = 0.3;

    /// <summary>Some rows that are neither the first nor the last ones.</summary>
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

    [Fact]
    public void Without_zoneout_the_cell_writes_the_state_itself()
    {
        StateActivations<float> state = New<float>(ContextOf<float>(isTraining: true), size: 4, zoneout: 0);
        Fill(state);
        float[] values = state.State.Values.Steps(0, Steps + 1).ToArray(), gradient = state.State.Gradient.Steps(0, 1).ToArray();

        state.Draw(1, 0, Batch);
        state.Mix(1, 0, Batch);
        state.MixBackward(1, 0, Batch);

        state.Written.Should().BeSameAs(state.State.Values);
        state.WrittenSlot.Should().Be(1, "the state of step t is in slot t + 1");
        state.State.Values.Steps(0, Steps + 1).ToArray().Should().Equal(values);
        state.State.Gradient.Steps(0, 1).ToArray().Should().Equal(gradient);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Zoneout_mixes_in_float(int size, bool isTraining) => CheckZoneout<float>(size, isTraining, 1e-6);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Zoneout_mixes_in_double(int size, bool isTraining) => CheckZoneout<double>(size, isTraining, 1e-15);

    /// <summary>What the cell leaves, what zoneout has held, what products of later stages have passed: each where there is one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_at_the_step_before_is_the_sum_of_its_parts(bool isReached)
    {
        for (int parts = 0; parts < 8; parts++)
        {
            (bool isRead, bool isHeld, bool isLate) = ((parts & 1) != 0, (parts & 2) != 0, (parts & 4) != 0);
            StateActivations<double> state = New<double>(ContextOf<double>(isTraining: false), size: 1, isHeld ? Rate : 0, isRead);
            Span<double> gradient = state.State.Gradient.Rows(0, First, Rows);
            if (isLate)
            {
                state.LateGradient().Steps(0, 1).Fill(10);
            }

            state.HasOtherGradient.Should().Be(isRead || isHeld || isLate, "products of stage 0 add to what is there");
            state.State.Gradient.Steps(0, 1).Fill(100);
            state.Draw(0, 0, Batch);
            state.MixBackward(0, First, Rows);
            gradient[0].Should().BeApproximately(isHeld ? 100 * (1 - Rate) : 100, 1e-12, "that is what the cell finds");
            gradient.Fill(1);                                                       // what the cell leaves there, if it reads the state
            state.EndBackward(First, Rows, isReached);

            double expected = (isRead ? 1 : 0) + (isHeld ? 100 * Rate : 0) + (isLate ? 10 : 0);
            if (expected > 0 || !isReached)
            {
                gradient.ToArray().Should().OnlyContain(value => Math.Abs(value - expected) < 1e-12, "the parts are {0}", parts);
            }

            state.State.Gradient.Rows(0, 0, First).ToArray().Should().AllBeEquivalentTo(100.0, "other rows are others' work");
            state.State.Gradient.Rows(0, First + Rows, Batch - First - Rows).ToArray().Should().AllBeEquivalentTo(100.0);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Padding_is_cleared_where_somebody_reads_it(bool isOutput, bool isSource)
    {
        StateBlock block = new(new object(), "s", 2, 0) { IsOutput = isOutput, IsSource = isSource };
        StateActivations<float> state = new(ContextOf<float>(isTraining: true), block, null);
        Fill(state);
        float[] expected = state.State.Values.Steps(0, Steps + 1).ToArray();
        if (isOutput || isSource)
        {
            expected.AsSpan((2 * Batch + First) * 2, Rows * 2).Clear();
        }

        state.ClearPadding(1, First, Rows);

        state.State.Values.Steps(0, Steps + 1).ToArray().Should().Equal(expected);
    }

    private static void CheckZoneout<T>(int size, bool isTraining, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        StateActivations<T> state = New<T>(ContextOf<T>(isTraining), size, Rate);
        RecurrentMask<T> mask = RecurrentMask<T>.Zoneout(ContextOf<T>(isTraining), Steps, size, Rate)!;
        Fill(state);
        state.WrittenSlot.Should().Be(0);
        for (int t = 0; t < Steps; t++)
        {
            T[] before = state.State.Values.Steps(0, Steps + 1).ToArray(), gradient = state.State.Gradient.Steps(0, 1).ToArray();
            T[] written = state.Written.Steps(0, Steps).ToArray();
            state.Draw(t, First, Rows);
            mask.Draw(t, First, Rows);
            state.Mix(t, First, Rows);
            state.MixBackward(t, First, Rows);

            ReadOnlySpan<T> values = state.State.Values.Steps(0, Steps + 1), gradients = state.State.Gradient.Steps(0, 1);
            for (int k = 0; k < Batch * size; k++)
            {
                int at = (t + 1) * Batch * size + k;
                bool isMixed = k >= First * size && k < (First + Rows) * size;
                double m = isMixed ? double.CreateTruncating(mask.Rows(t, 0, Batch)[k]) : 1;
                m.Should().BeOneOf(isTraining || !isMixed ? [0.0, 1.0] : [double.CreateTruncating(T.CreateTruncating(1 - Rate))]);
                double mixture = m * Double(written[t * Batch * size + k]) + (1 - m) * Double(before[at - Batch * size]);
                Close(values[at], isMixed ? mixture : Double(before[at]));
                Close(gradients[k], m * Double(gradient[k]));
                before[at] = values[at];
            }

            values.SequenceEqual(before).Should().BeTrue("other steps are as they were");
            state.Written.Steps(0, Steps).SequenceEqual(written).Should().BeTrue("what the cell has written is only read");

            // What is left of the gradient goes to the step before, beside what the cell leaves: nothing here.
            state.EndBackward(First, Rows, isReached: false);
            for (int k = First * size; k < (First + Rows) * size; k++)
            {
                Close(gradients[k], (1 - Double(mask.Rows(t, 0, Batch)[k])) * Double(gradient[k]));
            }
        }

        void Close(T actual, double expected) => Assert.InRange(Double(actual), expected - tolerance, expected + tolerance);
    }

    private static double Double<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(value);

    private static PassContext<T> ContextOf<T>(bool isTraining)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PassContext<T> context = new(Steps, Batch, new BpttOptions { Threads = 1, Seed = 5 });
        context.Window.Begin(Steps);
        context.Window.IsTraining = isTraining;
        return context;
    }

    private static StateActivations<T> New<T>(PassContext<T> context, int size, double zoneout, bool isRead = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(context, new StateBlock(new object(), "s", size, 0) { Zoneout = zoneout, IsRead = isRead }, initial: null);

    private static void Fill<T>(StateActivations<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong seed = 1;
        foreach (Memory<T> buffer in new[] { state.Written.Memory, state.State.Values.Memory, state.State.Gradient.Memory })
        {
            Array.ConvertAll(Numbers.Random(buffer.Length, seed++), T.CreateTruncating).CopyTo(buffer);
        }
    }
}
