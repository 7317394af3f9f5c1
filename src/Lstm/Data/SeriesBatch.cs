using System.Globalization;
using System.Numerics;

namespace Lstm;

/// <summary>A batch of B windows of a series: rows that the model sees, and the rows after them, which it predicts.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SeriesBatch<T> : IBatchNumbers
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _inputs;
    private readonly T[] _targets;
    private readonly int[] _lengths;
    private readonly int[] _starts;
    private readonly int[] _targetColumns;

    internal SeriesBatch(int history, int horizon, int batch, int columns, int[] targetColumns)
    {
        (History, Horizon, Columns, _targetColumns) = (history, horizon, columns, targetColumns);
        _inputs = new T[checked(history * batch * columns)];
        _targets = new T[checked(batch * horizon * targetColumns.Length)];
        _lengths = new int[batch];
        _starts = new int[batch];
    }

    /// <summary>B, the number of windows of a full batch.</summary>
    public int Batch => _lengths.Length;

    /// <summary>The number of rows that the model sees.</summary>
    public int History { get; }

    /// <summary>The number of rows to predict.</summary>
    public int Horizon { get; }

    /// <summary>The number of columns of the series.</summary>
    public int Columns { get; }

    /// <summary>The columns to predict.</summary>
    public ReadOnlySpan<int> TargetColumns => _targetColumns;

    /// <summary>The inputs, [history, batch, columns], for <see cref="Bptt{T}.Forward"/>; 0 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<T> Inputs => _inputs;

    /// <summary>
    /// The targets, [batch, horizon, target columns]; 0 past <see cref="Count"/>. Each sequence has one row of horizon * target columns
    /// numbers, as the output layer gives at the last step, and as losses take with
    /// <see cref="LossSteps.Last(int, ReadOnlySpan{int}, ReadOnlySpan{double})"/>.
    /// </summary>
    public ReadOnlySpan<T> Targets => _targets;

    /// <summary>The number of input rows of each window, [batch]; 0 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>The row of the series at which each window begins, [batch]; -1 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>The number of windows in this batch. They come first; the rest fills the batch up and counts nowhere.</summary>
    public int Count { get; internal set; }

    internal Span<T> InputBuffer => _inputs;

    internal Span<T> TargetBuffer => _targets;

    internal Span<int> LengthBuffer => _lengths;

    internal Span<int> StartBuffer => _starts;

    /// <inheritdoc/>
    BatchNumber? IBatchNumbers.FindNonFinite(bool withTargets)
    {
        // Padding is 0.
        int input = NonFinite.IndexIn<T>(_inputs), target = input < 0 && withTargets ? NonFinite.IndexIn<T>(_targets) : -1;
        if (input >= 0)
        {
            (int step, int column) = Math.DivRem(input, Columns);
            return Number(BatchNumber.Input, _inputs[input], Starts[step % Batch] + step / Batch, column);
        }

        if (target >= 0)
        {
            int columns = _targetColumns.Length, window = Horizon * columns;
            int row = Starts[target / window] + History + target % window / columns;
            return Number(BatchNumber.Target, _targets[target], row, _targetColumns[target % columns]);
        }

        return null;
    }

    private static BatchNumber Number(string tensor, T value, int row, int column) =>
        new(tensor, value.ToString(null, CultureInfo.InvariantCulture), Sequence: null, row, column);
}
