using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>The steps of a GRU against their naive twin, for every number of units from 1 to 257, with guards around every row.</summary>
public sealed class GruCellTests
{
    private const int Rows = 2;

    [Fact]
    public void Reset_before_the_product_agrees_for_every_size()
    {
        for (int size = 1; size <= 257; size++)
        {
            CheckBefore<float>(size, 1e-5);
            CheckBefore<double>(size, 1e-14);
        }
    }

    [Fact]
    public void Reset_after_the_product_agrees_for_every_size()
    {
        for (int size = 1; size <= 257; size++)
        {
            CheckAfter<float>(size, 1e-5);
            CheckAfter<double>(size, 1e-14);
        }
    }

    /// <summary>Saturated gates are exactly 0 or 1 and have gradient 0; nothing becomes NaN.</summary>
    [Fact]
    public void Extreme_pre_activations_saturate()
    {
        const int Size = 19;
        CellStepHarness<float> step = new(new GruCell<float>(1, Size, new() { ResetAfter = true }), rows: 1);
        step.Vector("b").Clear();
        step.Vector("rb").Clear();
        step.Gates(0).Fill(-3e38f);
        step.Signal("R h'", 0).Clear();
        step.Signal("R h'", 0)[(2 * Size)..].Fill(3e38f);
        step.Before("h", 0).Fill(3e38f);

        step.Forward();

        step.State("h", 0).ToArray().Should().AllBeEquivalentTo(-1f);
        step.Gate("r", 0).ToArray().Should().AllBeEquivalentTo(0f);
        step.Gate("z", 0).ToArray().Should().AllBeEquivalentTo(0f);

        step.StateGradient("h", 0).Fill(1);
        step.Backward();

        step.Gates(0).ToArray().Should().AllBeEquivalentTo(0f);
        step.IsIntact.Should().BeTrue();
    }

    private static void CheckBefore<T>(int size, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CellStepHarness<T> step = new(new GruCell<T>(1, size, new() { ResetAfter = false, RecurrentInitializer = Initializer.Zero }), Rows);
        step.Fill((ulong)size);
        double[] b = CellStepHarness<T>.Doubles(step.Vector("b"));
        double[][] a = step.Each(step.Gates), hPrev = step.Each(row => step.Before("h", row));
        double[][] dh = step.Each(row => step.StateGradient("h", row)), dv = step.Each(row => step.SignalGradient("r*h'", row));
        double[][] db = step.Each(row => step.VectorGradient("b", row));

        step.Forward();

        NaiveGru.Gates[][] units = UnitTable.Of(Rows, size, (row, u) => NaiveGru.ForwardBefore(
            a[row][u] + b[u], a[row][size + u] + b[size + u], a[row][2 * size + u] + b[2 * size + u], hPrev[row][u]));
        CheckForward(step, units, tolerance);
        step.ShouldBe(row => step.Signal("r*h'", row), units.Numbers(unit => unit.V), tolerance, "v");

        step.Backward();

        NaiveGru.Gradients[][] gradients = UnitTable.Of(
            Rows, size, (row, u) => NaiveGru.BackwardBefore(units[row][u], hPrev[row][u], dh[row][u], dv[row][u]));
        CheckBackward(step, gradients, db, tolerance);
        step.IsIntact.Should().BeTrue("nothing is written beyond {0} units", size);
    }

    private static void CheckAfter<T>(int size, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CellStepHarness<T> step = new(new GruCell<T>(1, size, new() { ResetAfter = true, RecurrentInitializer = Initializer.Zero }), Rows);
        step.Fill((ulong)size);
        double[] b = CellStepHarness<T>.Doubles(step.Vector("b")), rb = CellStepHarness<T>.Doubles(step.Vector("rb"));
        double[][] a = step.Each(step.Gates), products = step.Each(row => step.Signal("R h'", row));
        double[][] hPrev = step.Each(row => step.Before("h", row));
        double[][] dh = step.Each(row => step.StateGradient("h", row)), db = step.Each(row => step.VectorGradient("b", row));
        double[][] drb = step.Each(row => step.VectorGradient("rb", row));

        step.Forward();

        NaiveGru.Gates[][] units = UnitTable.Of(Rows, size, (row, u) => NaiveGru.ForwardAfter(
            a[row][u] + b[u] + products[row][u],
            a[row][size + u] + b[size + u] + products[row][size + u],
            a[row][2 * size + u] + b[2 * size + u],
            products[row][2 * size + u] + rb[u],
            hPrev[row][u]));
        CheckForward(step, units, tolerance);
        step.ShouldBe(row => step.Signal("R h'", row)[(2 * size)..], units.Numbers(unit => unit.V), tolerance, "v");

        step.Backward();

        NaiveGru.Gradients[][] gradients = UnitTable.Of(
            Rows, size, (row, u) => NaiveGru.BackwardAfter(units[row][u], hPrev[row][u], dh[row][u]));
        CheckBackward(step, gradients, db, tolerance);
        double[][] atProducts = gradients.Numbers(unit => unit.R, unit => unit.Z, unit => unit.V);
        step.ShouldBe(row => step.Signal("R h'", row), atProducts, tolerance, "the gradient at R h'");
        step.ShouldBe(row => step.VectorGradient("rb", row), drb.Plus(gradients.Numbers(unit => unit.V)), tolerance, "drb");
        step.IsIntact.Should().BeTrue("nothing is written beyond {0} units", size);
    }

    private static void CheckForward<T>(CellStepHarness<T> step, NaiveGru.Gates[][] units, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        step.ShouldBe(step.Gates, units.Numbers(unit => unit.R, unit => unit.Z, unit => unit.N), tolerance, "r z n");
        step.ShouldBe(row => step.State("h", row), units.Numbers(unit => unit.H), tolerance, "h");
    }

    private static void CheckBackward<T>(CellStepHarness<T> step, NaiveGru.Gradients[][] gradients, double[][] db, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[][] da = gradients.Numbers(unit => unit.R, unit => unit.Z, unit => unit.N);
        step.ShouldBe(step.Gates, da, tolerance, "da");
        step.ShouldBe(row => step.StateGradient("h", row), gradients.Numbers(unit => unit.HPrev), tolerance, "dh_prev");
        step.ShouldBe(row => step.VectorGradient("b", row), db.Plus(da), tolerance, "db");
    }
}
