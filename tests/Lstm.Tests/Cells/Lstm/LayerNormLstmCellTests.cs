namespace Lstm.Tests.Cells;

/// <summary>
/// The step of a layer-normalised LSTM against its naive twin, for every number of units from 1 to 257 and every placement, with guards
/// around every row. A large epsilon keeps the normalisation from enlarging rounding errors.
/// </summary>
public sealed class LayerNormLstmCellTests
{
    private static readonly LayerNormOptions s_calm = new() { Epsilon = 0.25 };

    private static readonly bool[] s_either = [false, true];

    public static IEnumerable<object[]> Placements() =>
        from gates in Enum.GetValues<GatePlacement>()
        from cell in Enum.GetValues<CellPlacement>()
        from gateShift in s_either
        from bias in s_either
        where gateShift || bias
        from peepholes in s_either
        select new object[] { gates, cell, gateShift, bias, peepholes };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Float_agrees_for_every_size(bool peepholes)
    {
        for (int size = 1; size <= 257; size++)
        {
            new LayerNormStep<float>(size, peepholes, s_calm).Check(1e-5);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Double_agrees_for_every_size(bool peepholes)
    {
        for (int size = 1; size <= 257; size++)
        {
            new LayerNormStep<double>(size, peepholes, s_calm).Check(1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(Placements))]
    public void Every_placement_agrees(GatePlacement gates, CellPlacement cell, bool gateShift, bool bias, bool peepholes)
    {
        LayerNormOptions options = s_calm with { Gates = gates, Cell = cell, GateShift = gateShift, Bias = bias };
        for (int size = 1; size <= 257; size += size < 35 ? 1 : 37)
        {
            new LayerNormStep<float>(size, peepholes, options).Check(1e-5);
            new LayerNormStep<double>(size, peepholes, options).Check(1e-14);
        }
    }

    /// <summary>A gate whose units are all alike has no variance: r = 1/sqrt(epsilon), and only the shifts are left.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(0.75f)]
    [InlineData(1e-40f)]
    public void Units_that_are_alike_leave_the_shifts(float z)
    {
        CellStepHarness<float> step = new LayerNormStep<float>(21, peepholes: false, new()).Step;
        step.Gates(0).Fill(z);

        step.Forward();

        for (int u = 0; u < 21; u++)
        {
            step.Gates(0)[u].Should().BeApproximately((float)NaiveLayerNormCell.Sigmoid(step.Vector("shift")[u]), 1e-6f);
        }
    }

    /// <summary>Far beyond what the sigmoid tells apart; their squares still have a sum. A factor of all units is divided out.</summary>
    [Fact]
    public void Large_pre_activations_are_normalised()
    {
        CellStepHarness<float> step = new LayerNormStep<float>(67, peepholes: true, new()).Step;
        CellStepHarness<float> small = new LayerNormStep<float>(67, peepholes: true, new()).Step;
        for (int row = 0; row < step.Rows; row++)
        {
            foreach (ref float z in step.Gates(row))
            {
                z *= 1e17f;
            }
        }

        step.Forward();
        small.Forward();

        step.ShouldBe(row => step.State("h", row), small.Each(row => small.State("h", row)), 1e-4f, "h");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void What_has_no_normalisation_stays_in_its_row(float z)
    {
        CellStepHarness<float> step = new LayerNormStep<float>(35, peepholes: true, new()).Step;
        CellStepHarness<float> other = new LayerNormStep<float>(35, peepholes: true, new()).Step;
        step.Gates(0).Fill(z);

        step.Forward();
        other.Forward();
        step.Backward();
        other.Backward();

        step.State("h", 0).ToArray().Should().OnlyContain(h => float.IsNaN(h), "it is not hidden, either");
        step.State("h", 1).ToArray().Should().Equal(other.State("h", 1).ToArray());
        step.Gates(1).ToArray().Should().Equal(other.Gates(1).ToArray());
        step.StateGradient("c", 1).ToArray().Should().Equal(other.StateGradient("c", 1).ToArray());
        step.IsIntact.Should().BeTrue();
    }
}
