namespace Lstm.Tests.Bptt;

/// <summary>The order of the rows of a window whose sequences end at different steps.</summary>
public sealed class WindowTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(1, 9)]
    [InlineData(5, 40)]
    [InlineData(300, 50)]
    public void Rows_are_in_decreasing_length_and_then_in_the_order_of_the_batch(int steps, int batch)
    {
        Lstm.Window window = new(steps + 3, batch);
        for (ulong draw = 0; draw < 20; draw++)
        {
            int[] lengths = [.. Numbers.Random(batch, draw).Select(value => Math.Min(steps, (int)((value + 1) / 2 * (steps + 1))))];

            window.Begin(steps, lengths);

            int[] expected = [.. Enumerable.Range(0, batch).OrderByDescending(b => lengths[b])];
            int[] rows = [.. Enumerable.Range(0, batch)];
            rows.Select(window.Sequence).Should().Equal(expected);
            rows.Select(window.Length).Should().Equal(expected.Select(b => lengths[b]));
            expected.Select(window.Row).Should().Equal(rows);
            Enumerable.Range(0, steps).Select(window.ActiveRows).Should()
                .Equal(Enumerable.Range(0, steps).Select(t => lengths.Count(length => length > t)));
            window.IsFull.Should().Be(lengths.All(length => length == steps));
        }
    }

    /// <summary>A sort by insertion moves 2.5e11 rows for these, and would not come back for minutes.</summary>
    [Fact]
    public void A_million_rising_lengths()
    {
        const int Batch = 1_000_000;
        Lstm.Window window = new(steps: 2, Batch);

        window.Begin(2, [.. Enumerable.Range(0, Batch).Select(b => 2 * b < Batch ? 1 : 2)]);

        window.Sequence(0).Should().Be(Batch / 2);
        window.Sequence(Batch / 2).Should().Be(0);
        window.ActiveRows(1).Should().Be(Batch / 2);
        window.ActiveRows(0).Should().Be(Batch);
    }
}
