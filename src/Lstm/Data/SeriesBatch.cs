using System.Numerics;

namespace Lstm;

/// <summary>A batch of B windows of a series: rows that the model sees, and the rows after them, which it predicts.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SeriesBatch<T> : IBatchNumbers
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _targetColumns;

    internal SeriesBatch(int history, int horizon, int batch, int columns, int[] targetColumns)
    {
        (History, Horizon, Columns, _targetColumns) = (history, horizon, columns, targetColumns);
        InputBuffer = new T[checked(history * batch * columns)];
        TargetBuffer = new T[checked(batch * horizon * targetColumns.Length)];
        LengthBuffer = new int[batch];
        StartBuffer = new int[batch];
    }

    /// <summary>B, the number of windows of a full batch.</summary>
    public int Batch => LengthBuffer.Length;

    /// <summary>The number of rows that the model sees.</summary>
    public int History { get; }

    /// <summary>The number of rows to predict.</summary>
    public int Horizon { get; }

    /// <summary>The number of columns of the series.</summary>
    public int Columns { get; }

    /// <summary>The columns to predict.</summary>
    public ReadOnlySpan<int> TargetColumns => _targetColumns;

    /// <summary>The inputs, [history, batch, columns], for <see cref="Bptt{T}.Forward"/>; 0 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<T> Inputs => InputBuffer;

    /// <summary>
    /// The targets, [batch, horizon, target columns]; 0 past <see cref="Count"/>. Each sequence has one row of horizon * target columns
    /// numbers, as the output layer gives at the last step, and as losses take with
    /// <see cref="LossSteps.Last(int, ReadOnlySpan{int}, ReadOnlySpan{double})"/>.
    /// </summary>
    public ReadOnlySpan<T> Targets => TargetBuffer;

    /// <summary>The number of input rows of each window, [batch]; 0 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<int> Lengths => LengthBuffer;

    /// <summary>The row of the series at which each window begins, [batch]; -1 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<int> Starts => StartBuffer;

    /// <summary>The number of windows in this batch. They come first; the rest fills the batch up and counts nowhere.</summary>
    public int Count { get; internal set; }

    internal T[] InputBuffer { get; }

    internal T[] TargetBuffer { get; }

    internal int[] LengthBuffer { get; }

    internal int[] StartBuffer { get; }

    BatchNumber? IBatchNumbers.FindNonFinite(bool withTargets)
    {
        // Padding is 0.
        int input = NonFinite.IndexIn(Inputs), target = input < 0 && withTargets ? NonFinite.IndexIn(Targets) : -1;
        if (input >= 0)
        {
            (int step, int column) = Math.DivRem(input, Columns);
            return new(BatchNumber.Input, $"{Inputs[input]}", Sequence: null, Starts[step % Batch] + step / Batch, column);
        }

        if (target >= 0)
        {
            int columns = _targetColumns.Length, window = Horizon * columns;
            int row = Starts[target / window] + History + target % window / columns;
            return new(BatchNumber.Target, $"{Targets[target]}", Sequence: null, row, _targetColumns[target % columns]);
        }

        return null;
    }
}
