namespace Lstm.Samples;

/// <summary>A line of a chart. Points that cannot be shown, such as 0 on a logarithmic axis, are left out.</summary>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over a common axis, to be drawn by <see cref="SvgChart"/> or <see cref="TextChart"/>.</summary>
public sealed record Chart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Whether the vertical axis is logarithmic.</summary>
    public bool LogarithmicY { get; init; }

    /// <summary>On a logarithmic axis, points so many powers of ten below the largest are left out.</summary>
    public int Decades { get; init; } = 12;

    internal Axis XAxis => Axis.Over(Lines.SelectMany(line => line.Points).Select(point => point.X).Where(double.IsFinite), isLogarithmic: false);

    internal Axis YAxis => Axis.Over(Lines.SelectMany(Visible).Select(point => point.Y), LogarithmicY);

    private double Least => LogarithmicY
        ? Lines.SelectMany(line => line.Points).Select(point => point.Y).Where(double.IsFinite).DefaultIfEmpty(1).Max() * Math.Pow(10, -Decades)
        : double.NegativeInfinity;

    internal IEnumerable<(double X, double Y)> Visible(ChartLine line)
    {
        double least = Least;
        return line.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y) && point.Y >= least && (!LogarithmicY || point.Y > 0));
    }
}
