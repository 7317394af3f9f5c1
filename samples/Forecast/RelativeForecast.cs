using System.Numerics.Tensors;

namespace Forecast;

/// <summary>
/// A forecast from where each series stands: its last value is subtracted from all that the model reads, and added to all that it gives. The series
/// wander, and a model of their levels fails at those that it was not trained on. The naive forecast repeats the last season.
/// </summary>
internal sealed class RelativeForecast : TrainingTask<float, SeriesBatch<float>>
{
    private readonly ForecastTask<float> _forecast;
    private float[] _inputs = [];

    public RelativeForecast(int season)
    {
        _forecast = new ForecastTask<float> { AddLastValue = true, Season = season };
        Metrics = _forecast.Metrics;
    }

    /// <summary>[history, batch, columns]: the inputs of a batch, each less the last value of its column.</summary>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<float> Relative(SeriesBatch<float> batch)
    {
        Array.Resize(ref _inputs, batch.Inputs.Length);
        int row = batch.Inputs.Length / batch.Lengths[0];
        ReadOnlySpan<float> last = batch.Inputs[^row..];
        for (int start = 0; start < _inputs.Length; start += row)
        {
            TensorPrimitives.Subtract(batch.Inputs.Slice(start, row), last, _inputs.AsSpan(start));
        }

        return _inputs;
    }

    public override void Forward(Bptt<float> bptt, SeriesBatch<float> batch)
    {
        bptt.ResetState();
        bptt.Forward(Relative(batch), batch.Lengths);
    }

    public override ReadOnlySpan<float> Predict(ReadOnlySpan<float> outputs, SeriesBatch<float> batch) => _forecast.Predict(outputs, batch);

    public override ReadOnlySpan<float> PredictNaively(SeriesBatch<float> batch) => _forecast.PredictNaively(batch);

    public override BatchLoss Evaluate(ReadOnlySpan<float> predictions, SeriesBatch<float> batch, Span<float> gradient) =>
        _forecast.Evaluate(predictions, batch, gradient);

    public override void Measure(ReadOnlySpan<float> predictions, SeriesBatch<float> batch, BatchLoss loss) => _forecast.Measure(predictions, batch, loss);
}
