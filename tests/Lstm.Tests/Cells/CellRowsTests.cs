using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>Rows of a step do not touch one another, whatever the cell: NaN everywhere in one row leaves the bits of all others.</summary>
public sealed class CellRowsTests
{
    private const int Rows = 3;

    private static readonly Dictionary<string, LstmOptions> s_lstms = new()
    {
        ["lstm"] = new(),
        ["lstm, peepholes"] = new() { Peepholes = true },
        ["lstm, projection"] = new() { Projection = 5, Peepholes = true },
        ["lstm, full gate recurrence"] = LstmVariants.FullGateRecurrence,
        ["lstm, coupled gates"] = LstmVariants.Coupled,
        ["lstm, no input gate"] = LstmVariants.NoInputGate,
        ["lstm, no forget gate"] = LstmVariants.NoForgetGate,
        ["lstm, no output gate"] = LstmVariants.NoOutputGate,
        ["lstm, cell clip and recurrent dropout"] = new() { CellClip = 0.5, RecurrentDropout = 0.5 },
        ["lstm, layer norm"] = new() { LayerNorm = new(), Peepholes = true },
        ["lstm, Ba"] = new() { LayerNorm = LayerNormOptions.Ba },
        ["lstm, Seq2SeqSharp"] = new() { LayerNorm = LayerNormOptions.Seq2SeqSharp },
    };

    public static TheoryData<string, double> Cells()
    {
        TheoryData<string, double> rows = [];
        foreach (string name in s_lstms.Keys.Append("gru").Append("gru, reset after").Append("rnn"))
        {
            rows.Add(name, 0);
            rows.Add(name, 0.25);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Rows_do_not_touch_one_another(string name, double limit)
    {
        foreach (int size in new[] { 1, 7, 16, 35 })
        {
            for (int spoilt = 0; spoilt < Rows; spoilt++)
            {
                Check<float>(name, size, limit, spoilt);
                Check<double>(name, size, limit, spoilt);
            }
        }
    }

    private static void Check<T>(string name, int size, double limit, int spoilt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CellStepHarness<T> step = Make<T>(name, size, limit), other = Make<T>(name, size, limit);
        step.Spoil(spoilt);

        foreach (CellStepHarness<T> each in new[] { step, other })
        {
            each.Forward();
            each.Backward();
            each.IsIntact.Should().BeTrue("{0} of {1} units writes into its rows alone", name, size);
        }

        for (int row = 0; row < Rows; row++)
        {
            bool isEqual = step.All(row).AsSpan().SequenceEqual(other.All(row));
            (row == spoilt || isEqual).Should().BeTrue("row {0} of {1} units is not row {2}", row, size, spoilt);
        }

        Array.Exists(step.All(spoilt), T.IsNaN).Should().BeTrue("the row is spoilt");
    }

    private static CellStepHarness<T> Make<T>(string name, int size, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Cell<T> cell = name switch
        {
            "gru" => new GruCell<T>(1, size, new() { ResetAfter = false }),
            "gru, reset after" => new GruCell<T>(1, size, new() { ResetAfter = true }),
            "rnn" => new RnnCell<T>(1, size),
            _ => new LstmCell<T>(1, size, s_lstms[name]),
        };
        CellStepHarness<T> step = new(cell, Rows, new StepClipping { PreActivationGradient = limit });
        step.Fill((ulong)size);
        return step;
    }
}
