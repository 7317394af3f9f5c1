using System.Xml.Linq;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class ChartTests
{
    private static readonly Chart s_decades = new("Norms <&>", "step", "norm",
        [new("dh", [(0, 1e-4), (50, 1e-2), (100, 1)]), new("dc", [(0, 0), (50, double.NaN), (100, 1e-1)])])
    { LogarithmicY = true };

    [Fact]
    public void A_picture_is_well_formed_and_shows_every_point_that_can_be_shown()
    {
        XElement svg = XDocument.Parse(SvgChart.Draw(s_decades)).Root!;
        XNamespace ns = svg.Name.Namespace;

        svg.Descendants(ns + "text").Select(text => text.Value).Should()
            .Contain(["Norms <&>", "step", "norm", "dh", "dc", "1e-4", "1e-3", "1e-2", "1e-1", "1e0", "0", "20", "100"]);
        string[] points = svg.Descendants(ns + "polyline").Single().Attribute("points")!.Value.Split(' ');
        points.Should().Equal("76,364", "408,204", "740,44");
        svg.Descendants(ns + "circle").Should().ContainSingle("of dc, one point can be shown on a logarithmic axis");
    }

    [Fact]
    public void A_terminal_shows_the_same_in_characters()
    {
        string[] rows = TextChart.Draw(s_decades, width: 21, height: 5).Split('\n');

        rows[0].Should().Be("Norms <&>");
        rows[1].Should().Be("     1e0 +                    *");
        rows[2].Should().Be("    1e-1 +                    o");
        rows[3].Should().Be("    1e-2 +          *");
        rows[4].Should().Be("    1e-3 +");
        rows[5].Should().Be("    1e-4 +*");
        rows[7].Should().Be("          0  20  40  60  80 100  step");
        rows[8].Trim().Should().Be("* dh   o dc");
    }

    [Theory]
    [InlineData(0.3, 7.2, "1,2,3,4,5,6,7")]
    [InlineData(-1, 1, "-1,-0.5,0,0.5,1")]
    [InlineData(0, 3000, "0,500,1000,1500,2000,2500,3000")]
    [InlineData(5, 5, "4.6,4.8,5,5.2,5.4")]
    public void Ticks_are_round_numbers(double low, double high, string ticks)
    {
        Chart chart = new("", "", "", [new("", [(low, 0), (high, 1)])]);

        string[] words = TextChart.Draw(chart, width: 100).Split('\n')[^3].Split(' ', StringSplitOptions.RemoveEmptyEntries);

        words.Should().Equal(ticks.Split(','));
    }

    [Fact]
    public void What_lies_twelve_powers_of_ten_below_is_left_out()
    {
        Chart chart = s_decades with { Lines = [new("dh", [(0, 1e-40), (1, 1e-12), (2, 0.99e-12), (3, 1)])] };

        XElement svg = XDocument.Parse(SvgChart.Draw(chart)).Root!;

        svg.Descendants(svg.Name.Namespace + "polyline").Single().Attribute("points")!.Value.Should().Be("297.3,364 740,44");
    }

    [Fact]
    public void An_empty_chart_is_drawn()
    {
        Chart empty = new("", "", "", []);

        XDocument.Parse(SvgChart.Draw(empty)).Root!.Name.LocalName.Should().Be("svg");
        TextChart.Draw(empty).Should().NotBeEmpty();
    }

    [Fact]
    public void A_picture_that_cannot_be_written_is_told() =>
        FluentActions.Invoking(() => SvgChart.Save(s_decades, Path.GetTempPath())).Should().Throw<UserException>().WithMessage("cannot write the picture*");

    [Fact]
    public void The_norms_of_a_layer_are_lines()
    {
        Bptt<float> bptt = new(new Sequential<float>(new LstmLayer<float>(1, 2)), steps: 3, batch: 1);
        using GradientFlow<float> flow = new(bptt);
        bptt.Forward([0.5f, 0.5f, 0.5f]);
        bptt.OutputGradient[^1] = 1;
        bptt.Backward();

        Chart chart = FlowChart.Of("t", FlowChart.LinesOf(flow.Layers[0], "lstm"));

        chart.LogarithmicY.Should().BeTrue();
        chart.Lines.Select(line => line.Name).Should().Equal("lstm dh", "lstm dc");
        chart.Lines[0].Points.Select(point => point.X).Should().Equal(0, 1, 2);
        chart.Lines[0].Points[2].Y.Should().Be(1);
        chart.Lines[1].Points[2].Y.Should().Be(0, "nothing reaches the last cell state from later steps");
    }
}
