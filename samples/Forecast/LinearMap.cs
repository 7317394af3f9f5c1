using System.Numerics.Tensors;

namespace Forecast;

/// <summary>
/// The naive model: one linear map from the history of a column to its horizon, the same for all columns, by least squares. As the LSTM, it works on
/// differences from the last value. Zeng et al., "Are Transformers Effective for Time Series Forecasting?" (2023), call it NLinear.
/// </summary>
internal sealed class LinearMap(int history, int horizon, int columns)
{
    /// <summary>Added to the squares, so that there is a solution where there are fewer windows than numbers in a history.</summary>
    private const double Ridge = 1;

    private readonly int _inputs = history + 1;     // and 1, for a bias
    private readonly double[] _weights = new double[(history + 1) * horizon];

    /// <summary>Fits the map to all windows of an epoch: <c>(Σ x xᵀ + ridge) W = Σ x yᵀ</c>.</summary>
    public void Fit(IBatchSource<SeriesBatch<float>> windows)
    {
        double[] squares = new double[_inputs * _inputs];
        _weights.AsSpan().Clear();
        while (windows.NextBatch() is { } batch)
        {
            ForEach(batch, (x, y) =>
            {
                for (int k = 0; k < _inputs; k++)
                {
                    AddScaled(x[..(k + 1)], x[k], squares.AsSpan(k * _inputs, k + 1));
                    AddScaled(y, x[k], _weights.AsSpan(k * horizon, horizon));
                }
            });
        }

        for (int k = 0; k < _inputs; k++)
        {
            squares[k * _inputs + k] += Ridge;
        }

        Cholesky.Solve(squares, _weights, _inputs, horizon);
    }

    /// <summary>Mean squared and mean absolute error over all windows of an epoch.</summary>
    public (double Squared, double Absolute) Test(IBatchSource<SeriesBatch<float>> windows)
    {
        (double squared, double absolute, long count) = (0, 0, 0);
        double[] errors = new double[horizon];
        while (windows.NextBatch() is { } batch)
        {
            ForEach(batch, (x, y) =>
            {
                TensorPrimitives.Negate(y, errors);
                for (int k = 0; k < _inputs; k++)
                {
                    AddScaled(_weights.AsSpan(k * horizon, horizon), x[k], errors);
                }

                squared += TensorPrimitives.SumOfSquares<double>(errors);
                absolute += TensorPrimitives.SumOfMagnitudes<double>(errors);
                count += horizon;
            });
        }

        return (squared / count, absolute / count);
    }

    /// <summary>Takes x, [history + 1], and y, [horizon], of each column of each window, as differences from the last value.</summary>
    private void ForEach(SeriesBatch<float> batch, Action<ReadOnlySpan<double>, ReadOnlySpan<double>> use)
    {
        int sequences = batch.Lengths.Length;
        double[] x = new double[_inputs], y = new double[horizon];
        x[history] = 1;
        ReadOnlySpan<float> inputs = batch.Inputs, last = inputs[^(sequences * columns)..];
        for (int series = 0; series < batch.Count * columns; series++)
        {
            (int b, int column) = Math.DivRem(series, columns);
            for (int t = 0; t < history; t++)
            {
                x[t] = inputs[t * sequences * columns + series] - last[series];
            }

            for (int t = 0; t < horizon; t++)
            {
                y[t] = batch.Targets[(b * horizon + t) * columns + column] - last[series];
            }

            use(x, y);
        }
    }

    private static void AddScaled(ReadOnlySpan<double> values, double factor, Span<double> sum) =>
        TensorPrimitives.MultiplyAdd(values, factor, sum, sum);
}
