using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Sums over the steps of a window, a row for each sequence, as sums of sums (<see cref="RowSums"/>). The number of a step alone decides
/// whether a part of the sum ends with it, whichever thread runs what.
/// </summary>
internal sealed class StepSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _levels;
    private readonly StepBuffer<T> _sums;   // [levels, B, width]

    public StepSums(int steps, int batch, int width)
    {
        _levels = 1;
        for (long part = RowSums.Part; part < steps; part *= RowSums.Part)
        {
            _levels++;
        }

        _sums = new StepBuffer<T>(_levels, batch, width);
    }

    public int Width => _sums.Width;

    /// <summary>Returns the sums [rows, width] that a step adds to.</summary>
    public Span<T> Rows(int first, int rows) => _sums.Rows(0, first, rows);

    public void Clear() => _sums.Steps(0, _levels).Clear();

    /// <summary>Ends step t for some rows. Steps run from the last to the first: after step 0 no part is begun.</summary>
    public void EndStep(int t, int first, int rows)
    {
        for (int level = 1, part = RowSums.Part; t > 0 && level < _levels && t % part == 0; level++, part *= RowSums.Part)
        {
            RowSums.Fold(_sums.Rows(level - 1, first, rows), _sums.Rows(level, first, rows));
        }
    }

    /// <summary>Sets sums to 0 that are far too small to matter.</summary>
    public void Flush() => SmallNumbers.Flush(_sums.Steps(0, _levels));

    /// <summary>Effectively computes <c>sum[j] += rows[b, column + j]</c> over all sequences <c>b</c>, always in their order.</summary>
    public void AddTo(int column, Span<T> sum) => RowSums.AddTo<T>(_sums.Steps(0, _levels), Width, column, sum);
}
