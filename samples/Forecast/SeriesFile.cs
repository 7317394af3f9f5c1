using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Forecast;

/// <summary>A series read from a CSV file: a line of names, then a line for each row. The first column is the time, which is not read.</summary>
/// <param name="Columns">The names of the columns but the first.</param>
/// <param name="Series">Their numbers.</param>
internal sealed record SeriesFile(IReadOnlyList<string> Columns, Series<float> Series)
{
    /// <exception cref="UserException">The file cannot be read, or a line is not as the first one says.</exception>
    public static SeriesFile Read(string path) => DataFile.Read(path, text => Read(path, text));

    private static SeriesFile Read(string path, TextReader text)
    {
        using CsvParser csv = new(text, new CsvConfiguration(CultureInfo.InvariantCulture));
        try
        {
            if (!csv.Read() || csv.Count < 2)
            {
                throw DataFile.Error(path, line: 1, column: null, "Expected the names of a time and of one or more columns of numbers, separated by commas.");
            }

            string[] names = [.. csv.Record!];
            Series<float> series = new(names.Length - 1);
            while (csv.Read())
            {
                Add(path, csv, names, series);
            }

            return new SeriesFile(names[1..], series);
        }
        catch (CsvHelperException)
        {
            throw DataFile.Error(path, csv.RawRow, column: null, "Expected fields that are separated by commas, and quotes in pairs.");
        }
    }

    private static void Add(string path, CsvParser csv, string[] names, Series<float> series)
    {
        if (csv.Count != names.Length)
        {
            throw DataFile.Error(
                path, csv.RawRow, $"{Math.Min(csv.Count, names.Length) + 1}", $"Expected {names.Length} fields, as the first line has, but got {csv.Count}.");
        }

        float[] row = new float[series.Columns];
        for (int column = 0; column < row.Length; column++)
        {
            string field = csv[column + 1];
            if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out row[column]))
            {
                throw DataFile.Error(path, csv.RawRow, Name(column), $"Expected a number, but got '{field}'.");
            }
        }

        try
        {
            series.Add(row);
        }
        catch (MalformedDataException exception)
        {
            throw DataFile.Error(path, csv.RawRow, Name(exception.Column ?? 0), exception.Reason);
        }

        string Name(int column) => $"{column + 2} ({names[column + 1]})";
    }
}
