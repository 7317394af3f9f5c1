using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Reduces the losses of rows to one number, <c>Σ w l</c> or <c>Σ w l / total</c>, for weights and losses of any size.</summary>
internal struct LossReduction
{
    private bool _isMean;
    private double _total;
    private int _exponent;    // the total is _total * 2^_exponent
    private double _factor;   // 1 / total, or 1; NaN if that is not of a usual size

    /// <summary>
    /// Sets the reduction and the divisor of a mean; if that is 0, nothing counts and the mean is 0. It is not a constructor, as a copy of
    /// what was just written in parts would have to wait for all of them.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public void Begin(Reduction reduction, in WideSum total)
    {
        Representable.Member(reduction, nameof(reduction), nameof(reduction));
        _isMean = reduction == Reduction.Mean;
        (_total, _exponent) = (total.Value, total.Exponent);
        bool isUsual = _exponent == 0 && WideSum.IsUsual(_total);
        _factor = !_isMean ? 1 : isUsual ? 1 / _total : double.NaN;
    }

    /// <summary>Returns the factor of the derivatives of a row; 0 or infinite if it is out of double's range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Scale(double weight)
    {
        double scale = weight * _factor;
        return WideSum.IsUsual(scale) ? scale : NarrowScale(weight);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly double NarrowScale(double weight) => (double)WideScale(weight);

    /// <summary>Returns the factor of the derivatives of a row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly Wide WideScale(double weight) => _isMean ? weight / Total : weight;

    /// <summary>Returns the loss, given the sum over all rows that count.</summary>
    public readonly double Apply(in WideSum sum)
    {
        double loss = _factor * sum.Value;
        return sum.Exponent == 0 && WideSum.IsUsual(loss) ? loss : WideLoss(sum);
    }

    private readonly Wide Total => new(_total, _exponent);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly double WideLoss(in WideSum sum) => (double)(!_isMean ? sum.Total : Total.IsZero ? 0 : sum.Total / Total);
}
