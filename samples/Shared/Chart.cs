namespace Lstm.Samples;

/// <summary>A line of a chart. Points that cannot be shown, such as 0 on a logarithmic axis, are left out.</summary>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over a common axis, to be drawn by <see cref="SvgChart"/> or <see cref="TextChart"/>.</summary>
public sealed record Chart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Whether the vertical axis is logarithmic.</summary>
    public bool LogarithmicY { get; init; }

    internal Axis XAxis => Axis.Over(Lines.SelectMany(Visible).Select(point => point.X), isLogarithmic: false);

    internal Axis YAxis => Axis.Over(Lines.SelectMany(Visible).Select(point => point.Y), LogarithmicY);

    internal IEnumerable<(double X, double Y)> Visible(ChartLine line) =>
        line.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y) && (!LogarithmicY || point.Y > 0));
}
