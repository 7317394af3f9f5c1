namespace Lstm.Tests.Kernels;

/// <summary>
/// The kernels of a layer-normalised LSTM step against their naive twin, for every number of units from 1 to 257 and every placement, with
/// guards around every buffer. A large epsilon keeps the normalisation from enlarging rounding errors.
/// </summary>
public sealed class LayerNormGatesTests
{
    private static readonly LayerNormOptions s_calm = new() { Epsilon = 0.25 };

    private static readonly bool[] s_either = [false, true];

    public static IEnumerable<object[]> Placements() =>
        from gates in Enum.GetValues<GatePlacement>()
        from cell in Enum.GetValues<CellPlacement>()
        from gateShift in s_either
        from peepholes in s_either
        select new object[] { gates, cell, gateShift, peepholes };

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
    public void Every_placement_agrees(GatePlacement gates, CellPlacement cell, bool gateShift, bool peepholes)
    {
        LayerNormOptions options = s_calm with { Gates = gates, Cell = cell, GateShift = gateShift };
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
        LayerNormStep<float> step = new(21, peepholes: false, new());
        step.Gates.Span.Fill(z);

        step.Forward();

        for (int u = 0; u < 21; u++)
        {
            step.Gates.Span[u].Should().BeApproximately((float)NaiveLayerNormCell.Sigmoid(step.Shift.Span[u]), 1e-6f);
        }
    }

    /// <summary>Far beyond what the sigmoid tells apart; their squares still have a sum.</summary>
    [Fact]
    public void Large_pre_activations_are_normalised()
    {
        LayerNormStep<float> step = new(67, peepholes: true, new());
        foreach (ref float z in step.Gates.Span)
        {
            z *= 1e17f;
        }

        step.Forward();
        LayerNormStep<float> small = new(67, peepholes: true, new());
        small.Forward();

        for (int k = 0; k < step.Hidden.Span.Length; k++)
        {
            step.Hidden.Span[k].Should().BeApproximately(small.Hidden.Span[k], 1e-4f, "a factor of all units is divided out");
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    public void What_has_no_normalisation_stays_in_its_row(float z)
    {
        LayerNormStep<float> step = new(35, peepholes: true, new()), other = new(35, peepholes: true, new());
        step.Gates.Span[..(4 * 35)].Fill(z);

        step.Forward();
        other.Forward();
        step.Backward();
        other.Backward();

        step.Hidden.Span[..35].ToArray().Should().OnlyContain(h => float.IsNaN(h), "it is not hidden, either");
        step.Hidden.Span[35..].ToArray().Should().Equal(other.Hidden.Span[35..].ToArray());
        step.Gates.Span[(4 * 35)..].ToArray().Should().Equal(other.Gates.Span[(4 * 35)..].ToArray());
        step.CellGradient.Span[35..].ToArray().Should().Equal(other.CellGradient.Span[35..].ToArray());
        step.IsIntact.Should().BeTrue();
    }
}
