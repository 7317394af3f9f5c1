using System.Globalization;

namespace Lstm.Tests.GradientChecks;

/// <summary>
/// The worst error of every row of the gradient checks, over all sizes and inputs. Where the variable LSTM_GRADIENT_TABLE names a file, the
/// table is written to it at the end of the run, as docs/verification.md shows it.
/// </summary>
internal static class GradientTable
{
    private const string FileVariable = "LSTM_GRADIENT_TABLE";

    private static readonly SortedDictionary<string, Row> s_rows = new(StringComparer.Ordinal);

    static GradientTable()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Write(file);
        }
    }

    /// <summary>Takes note of a report.</summary>
    /// <param name="report">The outcome of a check.</param>
    /// <param name="row">What was checked; reports of the same row become one.</param>
    /// <returns>The report.</returns>
    public static GradientCheckReport Noted(this GradientCheckReport report, string row)
    {
        lock (s_rows)
        {
            Row before = s_rows.GetValueOrDefault(row, new Row(0, 0, ""));
            s_rows[row] = report.Worst.RelativeError >= before.Error
                ? new(before.Checks + 1, report.Worst.RelativeError, report.Worst.Name)
                : before with { Checks = before.Checks + 1 };
        }

        return report;
    }

    private static void Write(string file)
    {
        lock (s_rows)
        {
            File.WriteAllLines(file,
            [
                "| row | checks | worst relative error | tensor |",
                "| --- | ---: | ---: | --- |",
                .. s_rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"| {row.Key} | {row.Value.Checks} | {row.Value.Error:0.0e-00} | {row.Value.Tensor} |")),
            ]);
        }
    }

    private readonly record struct Row(int Checks, double Error, string Tensor);
}
