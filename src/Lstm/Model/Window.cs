using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The window that is being processed: its steps, and which sequences still run at each. Where they end at different steps, the rows of all
/// activations are in the order of decreasing length, so that the running sequences are always the first rows. Rows from
/// <see cref="ActiveRows"/> on are padding. A layer finds finite numbers there in its input, and zeros in its output gradient; it leaves
/// finite numbers there in its output, and zeros in its input gradient.
/// </summary>
public sealed class Window
{
    private readonly int[] _activeRows;
    private readonly int[] _nextRows;                           // the next row for each length, while sequences are sorted
    private readonly int[] _sequences;
    private readonly int[] _rows;
    private readonly int[] _lengths;

    internal Window(int steps, int batch)
    {
        _activeRows = new int[steps];
        _nextRows = new int[steps + 1];
        (_sequences, _rows, _lengths) = (new int[batch], new int[batch], new int[batch]);
    }

    /// <summary>The number of sequences.</summary>
    public int Batch => _lengths.Length;

    /// <summary>The number of steps of this window.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether every sequence has all steps.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The number by which the masks of this window are drawn: the same number gives the same masks.</summary>
    public long Number { get; internal set; }

    /// <summary>Whether dropout drops and zoneout holds; in evaluation every factor is its mean.</summary>
    public bool IsTraining { get; internal set; }

    /// <summary>Begins a window without padding.</summary>
    internal void Begin(int steps)
    {
        (Steps, IsFull) = (steps, true);
        for (int row = 0; row < _sequences.Length; row++)
        {
            (_sequences[row], _rows[row], _lengths[row]) = (row, row, steps);
        }
    }

    /// <summary>Begins a window of sequences that may end at different steps.</summary>
    internal void Begin(int steps, ReadOnlySpan<int> lengths)
    {
        Begin(steps);
        if (!lengths.ContainsAnyExcept(steps))
        {
            return;
        }

        IsFull = false;
        SortByLength(lengths);
    }

    /// <summary>Returns how many sequences have a step t: those in the first rows.</summary>
    public int ActiveRows(int t) => IsFull ? _lengths.Length : _activeRows[t];

    /// <summary>Returns the number of steps of the sequence in a row.</summary>
    public int Length(int row) => _lengths[row];

    /// <summary>Returns the position in the user's batch of the sequence in a row.</summary>
    public int Sequence(int row) => _sequences[row];

    /// <summary>Returns the row of the sequence at a position in the user's batch.</summary>
    public int Row(int sequence) => _rows[sequence];

    /// <summary>
    /// Brings activations [steps, batch, width] from the order of the user's batch into that of the rows; padding becomes 0.
    /// </summary>
    internal void ToRows<TValue>(ReadOnlySpan<TValue> values, int width, Span<TValue> rows) => Copy(values, width, rows, toRows: true);

    /// <summary>
    /// Brings activations [steps, batch, width] from the order of the rows into that of the user's batch; padding becomes 0.
    /// </summary>
    internal void FromRows<TValue>(ReadOnlySpan<TValue> rows, int width, Span<TValue> values) => Copy(rows, width, values, toRows: false);

    /// <summary>Reverses the steps [0, length) of every sequence; padding becomes 0. Reversing twice restores the order.</summary>
    /// <param name="source">[steps * batch, width] in the order of the rows.</param>
    /// <param name="target">[steps * batch, width].</param>
    internal void Reverse<TValue>(Matrix<TValue> source, Matrix<TValue> target)
        where TValue : unmanaged
    {
        for (int t = 0; t < Steps; t++)
        {
            for (int row = 0; row < _lengths.Length; row++)
            {
                Span<TValue> to = target.Row(t * _lengths.Length + row);
                if (t < _lengths[row])
                {
                    source.Row((_lengths[row] - 1 - t) * _lengths.Length + row).CopyTo(to);
                }
                else
                {
                    to.Clear();
                }
            }
        }
    }

    private void Copy<TValue>(ReadOnlySpan<TValue> source, int width, Span<TValue> target, bool toRows)
    {
        if (IsFull)
        {
            source.CopyTo(target);
            return;
        }

        for (int t = 0; t < Steps; t++)
        {
            for (int row = 0; row < _lengths.Length; row++)
            {
                int inRows = (t * _lengths.Length + row) * width, inBatch = (t * _lengths.Length + _sequences[row]) * width;
                Span<TValue> to = target.Slice(toRows ? inRows : inBatch, width);
                if (t < _lengths[row])
                {
                    source.Slice(toRows ? inBatch : inRows, width).CopyTo(to);
                }
                else
                {
                    to.Clear();
                }
            }
        }
    }

    /// <summary>
    /// Sorts sequences by decreasing length, those of equal length in the order of the batch: counts them by length, and gives each the
    /// next row of its length. The first sequence of length n takes the row after all longer ones, whose number is that of the rows that
    /// have a step n.
    /// </summary>
    private void SortByLength(ReadOnlySpan<int> lengths)
    {
        Span<int> nextRows = _nextRows.AsSpan(0, Steps + 1);
        nextRows.Clear();
        foreach (int length in lengths)
        {
            nextRows[length]++;
        }

        for (int n = Steps, longer = 0; n >= 0; n--)
        {
            (nextRows[n], longer) = (longer, longer + nextRows[n]);
        }

        nextRows[..Steps].CopyTo(_activeRows);
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            int row = nextRows[lengths[sequence]]++;
            (_sequences[row], _rows[sequence], _lengths[row]) = (sequence, row, lengths[sequence]);
        }
    }
}
