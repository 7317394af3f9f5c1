using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Factors [steps, batch, width] of one kind, drawn anew for every window: <c>keptValue</c> for kept elements, 0 for dropped ones. Where
/// the window drops nothing, every factor is the mean.
/// </summary>
internal sealed class RecurrentMask<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly StepBuffer<T> _factors;
    private readonly uint _id;
    private readonly double _keep;
    private readonly T _keptValue;
    private readonly T _mean;
    private bool _isFixed;

    private RecurrentMask(PassContext<T> context, int steps, int width, double rate, double keptValue, double mean)
    {
        _context = context;
        _id = context.NextMask();
        _keep = 1 - rate;
        _keptValue = T.CreateTruncating(keptValue);
        _mean = T.CreateTruncating(mean);
        _factors = new StepBuffer<T>(steps, context.Batch, width);
    }

    /// <summary>Creates factors of 0 or 1/(1-p), whose mean is 1; returns null where the rate is 0.</summary>
    public static RecurrentMask<T>? Dropout(PassContext<T> context, int steps, int width, double rate) =>
        rate > 0 ? new(context, steps, width, rate, keptValue: 1 / (1 - rate), mean: 1) : null;

    /// <summary>Creates factors of 0 or 1, whose mean is 1-p; returns null where the rate is 0.</summary>
    public static RecurrentMask<T>? Zoneout(PassContext<T> context, int steps, int width, double rate) =>
        rate > 0 ? new(context, steps, width, rate, keptValue: 1, mean: 1 - rate) : null;

    /// <summary>Draws the rows [first, first + rows) of step t, each by the number of its sequence.</summary>
    public void Draw(int t, int first, int rows)
    {
        if (_isFixed)
        {
            return;
        }

        Window window = _context.Window;
        if (!window.IsTraining)
        {
            Rows(t, first, rows).Fill(_mean);
            return;
        }

        UInt128 stream = RandomStream.Mask(window.Number, _id);
        for (int row = first; row < first + rows; row++)
        {
            long at = (long)t * _context.Batch + window.Sequence(row);
            DropoutMask.Fill(_context.Seed, stream, at, _keep, _keptValue, Rows(t, row, 1));
        }
    }

    /// <summary>Takes [steps, batch, width] as the factors of every window, to compare with systems that draw theirs otherwise.</summary>
    public void Fix(ReadOnlySpan<T> factors)
    {
        factors.CopyTo(_factors.Memory.Span);
        _isFixed = true;
    }

    /// <summary>Returns the factors [rows, width] of step t.</summary>
    public Span<T> Rows(int t, int first, int rows) => _factors.Rows(t, first, rows);
}
