using System.Globalization;
using System.Net;
using System.Text;

namespace Lstm.Samples;

/// <summary>Draws a chart as an SVG picture.</summary>
public static class SvgChart
{
    private const int Width = 760, Height = 420, Left = 76, Right = 740, Top = 44, Bottom = 364, TitleLine = 26;

    /// <summary>Told apart by most colour-blind eyes (Okabe and Ito 2008).</summary>
    private static readonly string[] s_colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>Writes the picture to a file, in place of one that exists.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(Chart chart, string path)
    {
        try
        {
            File.WriteAllText(path, Draw(chart));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write the picture to '{path}': {exception.Message}");
        }
    }

    /// <summary>The text of the picture.</summary>
    public static string Draw(Chart chart)
    {
        StringBuilder svg = new();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        Append(svg, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        Append(svg, $"""<text x="{Left}" y="{TitleLine}" font-size="15">{Escape(chart.Title)}</text>""");
        DrawAxes(svg, chart);
        int right = Right;
        for (int k = 0; k < chart.Lines.Count; k++)
        {
            DrawLine(svg, chart, chart.Lines[k], Colour(k));
        }

        for (int k = chart.Lines.Count - 1; k >= 0; k--)
        {
            right = DrawLegend(svg, chart.Lines[k].Name, right, Colour(k));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawAxes(StringBuilder svg, Chart chart)
    {
        foreach (double tick in chart.XAxis.Ticks)
        {
            double x = X(chart.XAxis, tick);
            Append(svg, $"""<path d="M{x:0.#} {Top}V{Bottom}" stroke="#e4e4e4"/>""");
            Append(svg, $"""<text x="{x:0.#}" y="{Bottom + 18}" text-anchor="middle">{chart.XAxis.Format(tick)}</text>""");
        }

        foreach (double tick in chart.YAxis.Ticks)
        {
            double y = Y(chart.YAxis, tick);
            Append(svg, $"""<path d="M{Left} {y:0.#}H{Right}" stroke="#e4e4e4"/>""");
            Append(svg, $"""<text x="{Left - 8}" y="{y + 4:0.#}" text-anchor="end">{chart.YAxis.Format(tick)}</text>""");
        }

        Append(svg, $"""<path d="M{Left} {Top}V{Bottom}H{Right}" fill="none" stroke="#444"/>""");
        Append(svg, $"""<text x="{(Left + Right) / 2}" y="{Bottom + 40}" text-anchor="middle">{Escape(chart.XLabel)}</text>""");
        int middle = (Top + Bottom) / 2;
        Append(svg, $"""<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">{Escape(chart.YLabel)}</text>""");
    }

    private static void DrawLine(StringBuilder svg, Chart chart, ChartLine line, string colour)
    {
        (Axis xAxis, Axis yAxis) = (chart.XAxis, chart.YAxis);
        (double X, double Y)[] points = [.. chart.Visible(line).Select(point => (X(xAxis, point.X), Y(yAxis, point.Y)))];
        string path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        if (points.Length == 1)
        {
            Append(svg, $"""<circle cx="{points[0].X:0.#}" cy="{points[0].Y:0.#}" r="3" fill="{colour}"/>""");
        }
        else if (points.Length > 1)
        {
            Append(svg, $"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>""");
        }
    }

    /// <summary>A name above the chart.</summary>
    /// <returns>Where the name to the left of it may end.</returns>
    private static int DrawLegend(StringBuilder svg, string name, int right, string colour)
    {
        const int CharacterWidth = 7, MarkWidth = 16, Gap = 6;
        int start = right - CharacterWidth * name.Length - Gap;
        Append(svg, $"""<text x="{start}" y="{TitleLine}">{Escape(name)}</text>""");
        Append(svg, $"""<path d="M{start - Gap - MarkWidth} {TitleLine - 4}h{MarkWidth}" stroke="{colour}" stroke-width="3"/>""");
        return start - MarkWidth - 3 * Gap;
    }

    private static string Colour(int line) => s_colours[line % s_colours.Length];

    private static double X(Axis axis, double value) => Left + (Right - Left) * axis.Position(value);

    private static double Y(Axis axis, double value) => Bottom - (Bottom - Top) * axis.Position(value);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Append(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
