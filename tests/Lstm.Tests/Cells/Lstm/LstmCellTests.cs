using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>The LSTM's step against its naive twin, for every number of units from 1 to 257, with guards around every row.</summary>
public sealed class LstmCellTests
{
    private const int Rows = 2;

    /// <summary>A limit of c that it never comes to has the equations computed as they are with options.</summary>
    private const double OutOfReach = 1000;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, OutOfReach)]
    public void Float_agrees_for_every_size(bool peepholes, double cellClip)
    {
        for (int size = 1; size <= 257; size++)
        {
            Check<float>(size, new() { Peepholes = peepholes, CellClip = cellClip }, 1e-5);
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, OutOfReach)]
    public void Double_agrees_for_every_size(bool peepholes, double cellClip)
    {
        for (int size = 1; size <= 257; size++)
        {
            Check<double>(size, new() { Peepholes = peepholes, CellClip = cellClip }, 1e-14);
        }
    }

    /// <summary>The units give what P takes to h, and h its gradient to what P takes back to them.</summary>
    [Fact]
    public void A_projection_stands_between_the_units_and_h()
    {
        for (int size = 1; size <= 70; size++)
        {
            Check<float>(size, new() { Projection = size / 2 + 1 }, 1e-5);
            Check<double>(size, new() { Projection = size / 2 + 1 }, 1e-14);
        }
    }

    /// <summary>Saturated gates are exactly 0 or 1 and have gradient 0; nothing becomes NaN.</summary>
    [Fact]
    public void Extreme_pre_activations_saturate()
    {
        const int Size = 19;
        CellStepHarness<float> step = new(new LstmCell<float>(1, Size), rows: 1);
        step.Vector("b").Clear();
        step.Gate("i", 0).Fill(3e38f);
        step.Gate("f", 0).Fill(-3e38f);
        step.Gate("g", 0).Fill(-3e38f);
        step.Gate("o", 0).Fill(3e38f);
        step.Before("c", 0).Fill(3e38f);

        step.Forward();

        step.State("c", 0).ToArray().Should().AllBeEquivalentTo(-1f);
        step.State("h", 0).ToArray().Should().AllBeEquivalentTo((float)Math.Tanh(-1));

        step.StateGradient("h", 0).Fill(1);
        step.StateGradient("c", 0).Clear();
        step.VectorGradient("b", 0).Clear();
        step.Backward();

        step.Gates(0).ToArray().Should().AllBeEquivalentTo(0f);
        step.VectorGradient("b", 0).ToArray().Should().AllBeEquivalentTo(0f);
        step.IsIntact.Should().BeTrue();
    }

    private static void Check<T>(int size, LstmOptions options, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CellStepHarness<T> step = new(new LstmCell<T>(1, size, options with { RecurrentInitializer = Initializer.Zero }), Rows);
        step.Fill((ulong)size);
        bool isProjected = options.Projection > 0;
        Func<int, Span<T>> ofHidden = row => isProjected ? step.Signal("o*c", row) : step.State("h", row);
        Func<int, Span<T>> ofHiddenGradient = row => isProjected ? step.SignalGradient("o*c", row) : step.StateGradient("h", row);
        double[] b = CellStepHarness<T>.Doubles(step.Vector("b"));
        double[] p = options.Peepholes ? CellStepHarness<T>.Doubles(step.Vector("p")) : new double[3 * size];
        double[][] z = step.Each(step.Gates), cPrev = step.Each(row => step.Before("c", row));
        double[][] dh = step.Each(ofHiddenGradient), dc = step.Each(row => step.StateGradient("c", row));
        double[][] db = step.Each(row => step.VectorGradient("b", row));
        double[][] dp = options.Peepholes ? step.Each(row => step.VectorGradient("p", row)) : [];
        double[][] projected = isProjected ? step.Each(row => step.Signal("P", row)) : [];

        step.Forward();

        NaiveCells.Gates<double>[][] units = UnitTable.Of(Rows, size, (row, u) => NaiveCells.Forward(
            Pre(row, u, 0), Pre(row, u, 1), Pre(row, u, 2), Pre(row, u, 3), cPrev[row][u], p[u], p[size + u], p[2 * size + u]));
        step.ShouldBe(step.Gates, units.Numbers(unit => unit.I, unit => unit.F, unit => unit.G, unit => unit.O), tolerance, "i f g o");
        step.ShouldBe(row => step.State("c", row), units.Numbers(unit => unit.C), tolerance, "c");
        step.ShouldBe(ofHidden, units.Numbers(unit => unit.H), tolerance, "o*tanh(c)");
        step.ShouldBe(step.Caches, units.Numbers(unit => Math.Tanh(unit.C)), tolerance, "tanh(c)");

        step.Backward();

        NaiveCells.Gradients<double>[][] gradients = UnitTable.Of(Rows, size, (row, u) =>
            NaiveCells.Backward(units[row][u], cPrev[row][u], dh[row][u], dc[row][u], p[u], p[size + u], p[2 * size + u]));
        double[][] da = gradients.Numbers(unit => unit.I, unit => unit.F, unit => unit.G, unit => unit.O);
        step.ShouldBe(step.Gates, da, tolerance, "da");
        step.ShouldBe(row => step.StateGradient("c", row), gradients.Numbers(unit => unit.CPrev), tolerance, "dc_prev");
        step.ShouldBe(row => step.VectorGradient("b", row), db.Plus(da), tolerance, "db");
        if (options.Peepholes)
        {
            (double I, double F, double O)[][] added = UnitTable.Of(Rows, size, (row, u) => (
                gradients[row][u].I * cPrev[row][u], gradients[row][u].F * cPrev[row][u], gradients[row][u].O * units[row][u].C));
            double[][] sum = dp.Plus(added.Numbers(unit => unit.I, unit => unit.F, unit => unit.O));
            step.ShouldBe(row => step.VectorGradient("p", row), sum, tolerance, "dp");
        }

        if (isProjected)
        {
            step.ShouldBe(row => step.State("h", row), projected, 0, "h");
            step.ShouldBe(row => step.Signal("P", row), step.Each(row => step.StateGradient("h", row)), 0, "the gradient at P's product");
        }

        step.IsIntact.Should().BeTrue("nothing is written beyond {0} units", size);

        double Pre(int row, int u, int gate) => z[row][gate * size + u] + b[gate * size + u];
    }
}
