using System.Text;

namespace Lstm.Samples;

/// <summary>Draws a chart with characters, for a terminal.</summary>
public static class TextChart
{
    private const int LabelWidth = 8;
    private const string Marks = "*o+x#@";

    /// <summary>The chart in so many characters, with its title above and its legend below. Where lines meet, the first one is seen.</summary>
    public static string Draw(Chart chart, int width = 72, int height = 16)
    {
        char[][] rows = [.. Enumerable.Range(0, height).Select(_ => Enumerable.Repeat(' ', width).ToArray())];
        (Axis xAxis, Axis yAxis) = (chart.XAxis, chart.YAxis);
        for (int k = chart.Lines.Count - 1; k >= 0; k--)
        {
            foreach ((double x, double y) in chart.Visible(chart.Lines[k]))
            {
                rows[Row(yAxis, y, height)][Column(xAxis, x, width)] = Marks[k % Marks.Length];
            }
        }

        StringBuilder text = new();
        text.Append(chart.Title).Append('\n');
        ILookup<int, double> ticks = yAxis.Ticks.ToLookup(tick => Row(yAxis, tick, height));
        for (int row = 0; row < height; row++)
        {
            string label = ticks[row].Any() ? yAxis.Format(ticks[row].First()) : "";
            text.Append(label.PadLeft(LabelWidth)).Append(label == "" ? " |" : " +").Append(new string(rows[row]).TrimEnd()).Append('\n');
        }

        text.Append(' ', LabelWidth + 1).Append('+').Append('-', width).Append('\n');
        text.Append(' ', LabelWidth + 2).Append(XLabels(xAxis, width)).Append("  ").Append(chart.XLabel).Append('\n');
        string legend = string.Join("   ", chart.Lines.Select((line, k) => $"{Marks[k % Marks.Length]} {line.Name}"));
        return text.Append(' ', LabelWidth + 2).Append(legend).Append('\n').ToString();
    }

    private static int Row(Axis axis, double value, int height) => height - 1 - (int)Math.Round(axis.Position(value) * (height - 1));

    private static int Column(Axis axis, double value, int width) => (int)Math.Round(axis.Position(value) * (width - 1));

    private static string XLabels(Axis axis, int width)
    {
        char[] labels = [.. Enumerable.Repeat(' ', width)];
        foreach (double tick in axis.Ticks)
        {
            string label = axis.Format(tick);
            int at = Math.Clamp(Column(axis, tick, width) - label.Length / 2, 0, width - label.Length);
            label.CopyTo(labels.AsSpan(at));
        }

        return new string(labels);
    }
}
