namespace Forecast;

/// <summary>A row of the table: errors on the test part, and how long the training took.</summary>
internal sealed record TestResult(string Model, double SquaredError, double AbsoluteError, double? Seconds = null)
{
    public static string TableOf(params IEnumerable<TestResult> results) => TextTable.Draw(
        ["", "test MSE", "test MAE", "seconds"],
        results.Select(result => (string[])[result.Model, $"{result.SquaredError:F4}", $"{result.AbsoluteError:F4}", $"{result.Seconds:F1}"]));

    public void AppendTo(JsonLog log) => log.Append(new
    {
        model = Model,
        test_mse = SquaredError,
        test_mae = AbsoluteError,
        seconds = Seconds,
    });
}
