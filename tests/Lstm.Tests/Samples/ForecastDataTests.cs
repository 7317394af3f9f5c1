using Forecast;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class ForecastDataTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_first_column_is_the_time_and_the_others_are_the_series()
    {
        File.WriteAllText(_file, "date,a,\"b, c\"\n2020-01-01,1.5,-2\n\n2020-01-02,3e2,4\r\n");

        SeriesFile file = SeriesFile.Read(_file);

        file.Columns.Should().Equal("a", "b, c");
        file.Series.Values.ToArray().Should().Equal(1.5f, -2, 300, 4);
    }

    [Theory]
    [InlineData("", "*, line 1: Expected the names of a time and of one or more columns*")]
    [InlineData("date\n1\n", "*, line 1: Expected the names*")]
    [InlineData("date,a,b\n1,2,3\n2,3\n", "*, line 3, column 3: Expected 3 fields, as the first line has, but got 2.")]
    [InlineData("date,a,b\n1,2,3,4\n", "*, line 2, column 4: Expected 3 fields, as the first line has, but got 4.")]
    [InlineData("date,a,b\n1,2,3\n\n2,x,4\n", "*, line 4, column 2 (a): Expected a number, but got 'x'.")]
    [InlineData("date,a,b\n1,2,\n", "*, line 2, column 3 (b): Expected a number, but got ''.")]
    [InlineData("date,a,b\n1,2,3\n2,3,NaN\n", "*, line 3, column 3 (b): *finite*NaN*")]
    [InlineData("date,a,b\n1,1e99,3\n", "*, line 2, column 2 (a): *finite*")]
    [InlineData("date,a,b\n1,2\"2,3\n", "*, line 2: Expected fields that are separated by commas, and quotes in pairs.")]
    public void What_is_no_series_is_told_with_file_line_and_column(string text, string error)
    {
        File.WriteAllText(_file, text);

        Action read = () => SeriesFile.Read(_file);

        read.Should().Throw<UserException>().WithMessage($"'{_file}'" + error);
    }

    [Theory]
    [InlineData(20, null, null)]
    [InlineData(19, null, "*19 rows leave 11 to train on, 3 to validate with and 5 to test with, but a window has 8 + 4 rows.")]
    [InlineData(30, 31, "*has 30 rows, but --rows is 31.")]
    [InlineData(30, 19, "*its 19 rows leave*")]
    public void A_series_of_one_window_in_every_part_is_enough_and_one_row_less_is_not(int rows, int? used, string? error)
    {
        File.WriteAllLines(_file, ["t,a", .. Enumerable.Range(0, rows).Select(row => $"{row},{row % 3}")]);

        Action read = () => ForecastData.Read(ForecastTests.Options(_file, _file) with { Rows = used, History = 8, Horizon = 4, Season = 2 });

        if (error is null)
        {
            read.Should().NotThrow();
        }
        else
        {
            read.Should().Throw<UserException>().WithMessage(error);
        }
    }

    [Fact]
    public void Missing_files_and_folders_are_told()
    {
        FluentActions.Invoking(() => SeriesFile.Read(_file + "x")).Should().Throw<UserException>().WithMessage("there is no data file*");
        FluentActions.Invoking(() => SeriesFile.Read(Path.GetTempPath())).Should().Throw<UserException>().WithMessage("*is a folder.");
    }

    [Fact]
    public void On_ETTh1_the_naive_forecasts_have_their_published_errors()
    {
        ForecastOptions? options = null;
        SampleProgram.Run(Forecast.CommandLine.Parse([], parsed => (options = parsed) is null ? 1 : 0), "").Should().Be(0);
        ForecastData data = ForecastData.Read(options!);
        ForecastTask<float> task = new() { Season = options!.Season };
        LinearMap map = new(options.History, options.Horizon, data.Columns.Count);

        map.Fit(data.Training);

        (data.Training.Count, data.Validation.Count, data.Test.Count).Should().Be((8640 - 119, 2880 - 23, 2880 - 23));
        map.Test(data.Test).Squared.Should().BeApproximately(0.3096, 5e-5);
        double squared = 0, weight = 0;
        while (data.Test.NextBatch() is { } batch)
        {
            BatchLoss loss = task.Evaluate(task.PredictNaively(batch), batch, []);
            (squared, weight) = (squared + loss.Mean * loss.Weight, weight + loss.Weight);
        }

        (squared / weight).Should().BeApproximately(0.4244, 5e-5);
    }
}
