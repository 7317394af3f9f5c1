using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>
/// A task that forecasts the rows that follow those of a <see cref="SeriesWindows{T}"/>. The output of the last step, of size horizon *
/// target columns, gives all of them at once. The naive forecast repeats the last row, or the last season. By default the task measures MAE
/// and RMSE, in the unit of the batches.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ForecastTask<T> : TrainingTask<T, SeriesBatch<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] _inputs = [];
    private T[] _forecast = [];

    /// <summary>Creates a task that measures MAE and RMSE.</summary>
    /// <param name="loss">The loss; default: null, for the squared error.</param>
    public ForecastTask(RegressionLoss? loss = null)
    {
        Loss = loss ?? RegressionLoss.SquaredError;
        Metrics = [new MeanAbsoluteError(), new RootMeanSquaredError()];
    }

    /// <summary>The loss.</summary>
    public RegressionLoss Loss { get; }

    /// <summary>
    /// Whether all values are relative to the last value of their column, which is subtracted from all that the model reads and added to
    /// all that it predicts; default: false. A series that wanders is then forecast just as well at a level where it has never been.
    /// </summary>
    public bool FromLastValue { get; init; }

    /// <summary>
    /// The number of rows of a season; default: 1. The naive forecast repeats the last season, which for 1 is the last row.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Season
    {
        get;
        init => field = (int)Arguments.AtLeast(1, value, nameof(value));
    } = 1;

    /// <inheritdoc/>
    public override void Forward(Bptt<T> bptt, SeriesBatch<T> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        BatchFit.Check(bptt, batch.Batch, batch.Columns, nameof(batch));
        bptt.ResetState();
        bptt.Forward(FromLastValue ? LessLast(batch) : batch.Inputs, batch.Lengths, batch.History);
    }

    /// <summary>
    /// Returns the forecast, [batch, horizon, target columns]; rows past <see cref="SeriesBatch{T}.Count"/> may hold anything.
    /// </summary>
    /// <inheritdoc/>
    public override ReadOnlySpan<T> Predict(ReadOnlySpan<T> outputs, SeriesBatch<T> batch)
    {
        ReadOnlySpan<T> last = LastStep(outputs, batch);
        if (!FromLastValue)
        {
            return last;
        }

        Span<T> forecast = RepeatLast(batch, season: 1);
        TensorPrimitives.Add(forecast, last, forecast);
        return forecast;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<T> PredictNaively(SeriesBatch<T> batch) => RepeatLast(batch, Season);

    /// <inheritdoc/>
    public override BatchLoss Evaluate(ReadOnlySpan<T> predictions, SeriesBatch<T> batch, Span<T> gradient)
    {
        // The numbers added to the outputs do not depend on them, so the last outputs have this gradient; that of the others stays 0.
        int counted = Counted(batch);
        Span<T> last = gradient.IsEmpty ? [] : gradient[^batch.Targets.Length..][..counted];
        return new(Loss.Evaluate(predictions[..counted], batch.Targets[..counted], last, default), batch.Count);
    }

    /// <inheritdoc/>
    public override void Measure(ReadOnlySpan<T> predictions, SeriesBatch<T> batch, BatchLoss loss)
    {
        base.Measure(predictions, batch, loss);
        int counted = Counted(batch);
        for (int k = 0; k < Metrics.Count; k++)
        {
            (Metrics[k] as RegressionMetric)?.Add(predictions[..counted], batch.Targets[..counted]);
        }
    }

    /// <summary>Returns the number of elements that count. The windows come first in a batch, so their elements come first, too.</summary>
    private static int Counted(SeriesBatch<T> batch) => batch.Horizon * batch.TargetColumns.Length * batch.Count;

    /// <summary>Returns [history, batch, columns]: each row of the inputs less the last one.</summary>
    private ReadOnlySpan<T> LessLast(SeriesBatch<T> batch)
    {
        _inputs = _inputs.Length == batch.Inputs.Length ? _inputs : new T[batch.Inputs.Length];
        int row = batch.Batch * batch.Columns;
        for (int start = 0; start < _inputs.Length; start += row)
        {
            TensorPrimitives.Subtract(batch.Inputs.Slice(start, row), batch.Inputs[^row..], _inputs.AsSpan(start));
        }

        return _inputs;
    }

    private static ReadOnlySpan<T> LastStep(ReadOnlySpan<T> outputs, SeriesBatch<T> batch)
    {
        int size = batch.Horizon * batch.TargetColumns.Length;
        return outputs.Length == batch.History * batch.Batch * size
            ? outputs[^batch.Targets.Length..]
            : throw new ArgumentException(
                $"Expected a model with an output of size {size}, horizon * target columns, "
                + $"but its size is {outputs.Length / (batch.History * batch.Batch)}.",
                nameof(outputs));
    }

    /// <summary>
    /// Returns [batch, horizon, target columns]: row t of the horizon is the row that is <c>season - t mod season</c> rows before the
    /// horizon.
    /// </summary>
    private Span<T> RepeatLast(SeriesBatch<T> batch, int season)
    {
        if (season > batch.History)
        {
            throw new InvalidOperationException(
                $"Expected a history of at least one {nameof(Season)} of {season} rows, but it has {batch.History}.");
        }

        _forecast = _forecast.Length >= batch.Targets.Length ? _forecast : new T[batch.Targets.Length];
        int next = 0;
        for (int b = 0; b < batch.Batch; b++)
        {
            for (int t = 0; t < batch.Horizon; t++)
            {
                int row = batch.History - season + t % season;
                ReadOnlySpan<T> values = batch.Inputs.Slice((row * batch.Batch + b) * batch.Columns, batch.Columns);
                foreach (int column in batch.TargetColumns)
                {
                    _forecast[next++] = values[column];
                }
            }
        }

        return _forecast.AsSpan(0, next);
    }
}
