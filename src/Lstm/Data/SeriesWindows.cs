using System.Numerics;

namespace Lstm;

/// <summary>
/// A source of sliding windows over a multivariate series, from which a model learns to forecast: <c>history</c> rows are the input, and
/// chosen columns of the <c>horizon</c> rows after them are the target. Window w begins <c>w * Stride</c> rows after window 0.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SeriesWindows<T> : BatchSource<SeriesBatch<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Series<T> _series;
    private readonly int _history, _horizon, _batch, _first, _stride;
    private readonly int[] _targetColumns;
    private readonly EpochOrder _order;

    /// <summary>Creates a source of windows over the rows that a series has now.</summary>
    /// <param name="series">The series, which is not copied.</param>
    /// <param name="history">T, the number of rows of the input.</param>
    /// <param name="horizon">The number of rows to predict.</param>
    /// <param name="batch">B, the number of windows of a batch.</param>
    /// <param name="options">Part, stride, target columns and order; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the series does not have such rows or columns.</exception>
    /// <exception cref="ArgumentException">
    /// There is no window, or with <see cref="SeriesWindowOptions.DropLast"/> no full batch.
    /// </exception>
    public SeriesWindows(Series<T> series, int history, int horizon, int batch, SeriesWindowOptions? options = null)
        : base((options ??= new SeriesWindowOptions()).Seed)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRange.ThrowIfLessThan(history, 1);
        ArgumentOutOfRange.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRange.ThrowIfLessThan(options.Stride, 1, nameof(options));
        (_series, _history, _horizon, _batch, _stride) = (series, history, horizon, batch, options.Stride);
        _targetColumns = TargetColumns(options, series.Columns);

        (int start, int count) = options.Rows.Within(series.Rows, nameof(options));
        _first = options.HistoryBeforeRows ? Math.Max(0, start - history) : start;
        Count = CountWindows(series, start, count);
        _order = new EpochOrder(Count, batch, options.Shuffle, options.DropLast, "windows");
    }

    /// <summary>The number of windows.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public override int BatchesPerEpoch => _order.Batches;

    /// <inheritdoc/>
    protected internal override SeriesBatch<T> CreateBatch() => new(_history, _horizon, _batch, _series.Columns, _targetColumns);

    /// <inheritdoc/>
    protected internal override void Fill(SeriesBatch<T> batch, BatchPosition position)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ReadOnlySpan<int> windows = _order.Of(position);
        batch.Count = windows.Length;
        if (batch.Count < _batch)
        {
            Array.Clear(batch.InputBuffer);
            Array.Clear(batch.TargetBuffer);
        }

        for (int b = 0; b < _batch; b++)
        {
            bool isWindow = b < batch.Count;
            batch.LengthBuffer[b] = isWindow ? _history : 0;
            batch.StartBuffer[b] = isWindow ? _first + windows[b] * _stride : -1;
        }

        CopyInputs(batch);
        CopyTargets(batch);
    }

    private void CopyInputs(SeriesBatch<T> batch)
    {
        int columns = _series.Columns;
        ReadOnlySpan<T> values = _series.Values;
        for (int t = 0; t < _history; t++)
        {
            for (int b = 0; b < batch.Count; b++)
            {
                values.Slice((batch.Starts[b] + t) * columns, columns).CopyTo(batch.InputBuffer.AsSpan((t * _batch + b) * columns));
            }
        }
    }

    private void CopyTargets(SeriesBatch<T> batch)
    {
        ReadOnlySpan<T> values = _series.Values;
        int k = 0;
        for (int b = 0; b < batch.Count; b++)
        {
            for (int t = 0; t < _horizon; t++)
            {
                int row = batch.Starts[b] + _history + t;
                foreach (int column in _targetColumns)
                {
                    batch.TargetBuffer[k++] = values[row * _series.Columns + column];
                }
            }
        }
    }

    private int CountWindows(Series<T> series, int start, int count)
    {
        long needed = (long)_history + _horizon, available = start + count - _first;
        return needed <= available
            ? (int)((available - needed) / _stride) + 1
            : throw new ArgumentException(
                $"Expected rows for at least one window of {_history} + {_horizon} = {needed}, but there are {available}: "
                + $"the part is {count} rows from row {start} on, and windows may begin at row {_first}.",
                nameof(series));
    }

    private static int[] TargetColumns(SeriesWindowOptions options, int columns)
    {
        int[] targets = [.. options.TargetColumns ?? Enumerable.Range(0, columns)];
        if (targets.Length == 0)
        {
            throw new ArgumentException("Expected at least one target column.", nameof(options));
        }

        int outside = targets.AsSpan().IndexOfAnyExceptInRange(0, columns - 1);
        return outside < 0
            ? targets
            : throw ArgumentOutOfRange.Error(nameof(options), targets[outside], $"Expected target columns in [0, {columns}).");
    }
}
