using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Forecast;

/// <summary>
/// A series in windows, in the order of time: the first 60 % of its rows train, the next 20 % validate, the rest tests. Every column has mean 0 and
/// standard deviation 1 over the training part, and errors are on this scale.
/// </summary>
internal sealed class ForecastData
{
    private const double TrainingShare = 0.6, ValidationShare = 0.2;

    private ForecastData(SeriesFile file, Series<float> series, TimeSplit split, ForecastOptions options)
    {
        (Columns, Rows) = (file.Columns, series.Rows);
        Scaler = StandardScaler<float>.Fit(series[split.Training], series.Columns);
        Scaler.Transform(series.Values);
        Hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(series.Values)));
        Training = Windows(new() { Rows = split.Training, Shuffle = true, Seed = (ulong)options.Seed });
        Validation = Windows(new() { Rows = split.Validation, HistoryBeforeRows = true });
        Test = Windows(new() { Rows = split.Test, HistoryBeforeRows = true });

        SeriesWindows<float> Windows(SeriesWindowOptions part) => new(series, options.History, options.Horizon, options.Batch, part);
    }

    public IReadOnlyList<string> Columns { get; }

    public int Rows { get; }

    public StandardScaler<float> Scaler { get; }

    /// <summary>SHA-256 of the numbers.</summary>
    public string Hash { get; }

    public SeriesWindows<float> Training { get; }

    public SeriesWindows<float> Validation { get; }

    public SeriesWindows<float> Test { get; }

    /// <exception cref="UserException">The file cannot be read, or its series is too short.</exception>
    public static ForecastData Read(ForecastOptions options)
    {
        SeriesFile file = SeriesFile.Read(options.DataFile);
        int rows = options.Rows ?? file.Series.Rows;
        TimeSplit split = TimeSplit.ByFractions(rows, TrainingShare, ValidationShare);
        int training = split.Training.End.Value, validation = split.Validation.End.Value - training, test = rows - training - validation;
        if (rows > file.Series.Rows)
        {
            throw new UserException($"'{options.DataFile}' is too short: it has {file.Series.Rows:N0} rows, but --rows is {rows:N0}.");
        }

        if (training < (long)options.History + options.Horizon || Math.Min(validation, test) < options.Horizon)
        {
            throw new UserException(
                $"'{options.DataFile}' is too short: its {rows:N0} rows leave {training:N0} to train on, {validation:N0} to validate with and {test:N0} to "
                + $"test with, but a window has {options.History:N0} + {options.Horizon:N0} rows.");
        }

        return new ForecastData(file, new Series<float>(file.Series[..rows], file.Series.Columns), split, options);
    }
}
