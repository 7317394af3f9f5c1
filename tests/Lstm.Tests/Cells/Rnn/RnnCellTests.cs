using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>
/// The step of an Elman network against its definition, for every number of units from 1 to 257, with guards around every row.
/// </summary>
public sealed class RnnCellTests
{
    private const int Rows = 2;

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Identity)]
    public void Agrees_for_every_size(Activation activation)
    {
        for (int size = 1; size <= 257; size++)
        {
            Check<float>(size, activation, 1e-5);
            Check<double>(size, activation, 1e-14);
        }
    }

    private static void Check<T>(int size, Activation activation, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RnnOptions options = new() { Activation = activation, RecurrentInitializer = Initializer.Zero };
        CellStepHarness<T> step = new(new RnnCell<T>(1, size, options), Rows);
        step.Fill((ulong)size);
        double[] b = CellStepHarness<T>.Doubles(step.Vector("b"));
        double[][] z = step.Each(step.Gates), dh = step.Each(row => step.StateGradient("h", row));
        double[][] db = step.Each(row => step.VectorGradient("b", row));
        double[][] a = UnitTable.Of(Rows, size, (row, u) => z[row][u] + b[u]);

        step.Forward();

        double[][] h = a.Numbers(x => Activate(activation, x));
        step.ShouldBe(step.Gates, h, tolerance, "the gate");
        step.ShouldBe(row => step.State("h", row), h, tolerance, "h");

        step.Backward();

        double[][] da = UnitTable.Of(Rows, size, (row, u) => dh[row][u] * Slope(activation, a[row][u]));
        step.ShouldBe(step.Gates, da, tolerance, "da");
        step.ShouldBe(row => step.VectorGradient("b", row), db.Plus(da), tolerance, "db");
        step.ShouldBe(row => step.StateGradient("h", row), dh, 0, "dh, which products alone pass on");
        step.IsIntact.Should().BeTrue("nothing is written beyond {0} units", size);
    }

    private static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(0, x),
        Activation.Sigmoid => NaiveGru.Sigmoid(x),
        _ => x,
    };

    private static double Slope(Activation activation, double x) => activation switch
    {
        Activation.Tanh => 1 - Math.Tanh(x) * Math.Tanh(x),
        Activation.Relu => x > 0 ? 1 : 0,
        Activation.Sigmoid => NaiveGru.Sigmoid(x) * (1 - NaiveGru.Sigmoid(x)),
        _ => 1,
    };
}
