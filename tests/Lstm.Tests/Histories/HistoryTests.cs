using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Histories;

/// <summary>
/// Random sequences of calls of the engine against a plain reference. LSTM_HISTORIES sets how many there are, LSTM_HISTORY_SEED where the
/// random numbers start, and LSTM_HISTORY_TABLE a file for the count of every feature.
/// </summary>
public sealed class HistoryTests
{
    private const double Tolerance = 1e-10;

    private static readonly int s_count = Number("LSTM_HISTORIES", 400);
    private static readonly ulong s_seed = (ulong)Number("LSTM_HISTORY_SEED", 1611);

    [Fact]
    public void Every_history_gives_the_numbers_of_the_definition()
    {
        HistoryTable table = new();
        Prop.ForAll(HistoryGenerator.Histories, history => table.Add(history, HistoryRun<double>.Compare(history, Tolerance)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(s_count).WithReplay(s_seed, 1));

        table.Count.Should().Be(s_count);
        table.Write(Environment.GetEnvironmentVariable("LSTM_HISTORY_TABLE"));
    }

    [Fact]
    public void Every_history_gives_them_in_float()
    {
        int count = 0;
        Prop.ForAll(HistoryGenerator.Histories, history =>
        {
            HistoryRun<float>.Compare(WithoutLayerNorm(history), 1e-4);
            count++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(s_count / 4).WithReplay(s_seed, 3));

        count.Should().Be(s_count / 4);
    }

    [Fact]
    public void Threads_change_no_bit_of_a_history()
    {
        int count = 0;
        Prop.ForAll(HistoryGenerator.Histories, history =>
        {
            double[] one = HistoryRun<double>.Trace(history with { Options = history.Options with { Threads = 1 } });
            HistoryRun<double>.Trace(history with { Options = history.Options with { Threads = 3 } }).Should().Equal(one);
            count++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(s_count / 8).WithReplay(s_seed, 5));

        count.Should().Be(s_count / 8);
    }

    private static int Number(string variable, int other) =>
        Environment.GetEnvironmentVariable(variable) is string text ? int.Parse(text, CultureInfo.InvariantCulture) : other;

    /// <summary>Normalising two to four units can divide by a standard deviation near 0, which multiplies the rounding of float.</summary>
    private static History WithoutLayerNorm(History history) => history with { Layers = [.. history.Layers.Select(WithoutLayerNorm)] };

    private static LayerSpec WithoutLayerNorm(LayerSpec layer) => layer switch
    {
        LstmSpec lstm => lstm with { Options = lstm.Options with { LayerNorm = null } },
        ResidualSpec residual => residual with { Inner = WithoutLayerNorm(residual.Inner) },
        BidirectionalSpec both => both with { ForwardLayer = WithoutLayerNorm(both.ForwardLayer), BackwardLayer = WithoutLayerNorm(both.BackwardLayer) },
        _ => layer,
    };
}
