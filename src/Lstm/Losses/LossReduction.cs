using Lstm.Kernels;

namespace Lstm;

/// <summary>How the losses of rows become one number, <c>Σ w l</c> or <c>Σ w l / total</c>, for weights and losses of any size.</summary>
internal readonly struct LossReduction
{
    private readonly bool _isMean;
    private readonly Wide _total;
    private readonly double _factor;

    /// <param name="reduction">Mean or sum.</param>
    /// <param name="total">What a mean divides by; where it is 0, nothing counts, and the mean is 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public LossReduction(Reduction reduction, Wide total)
    {
        Representable.Member(reduction, nameof(reduction), nameof(reduction));
        _isMean = reduction == Reduction.Mean;
        _total = total;
        _factor = !_isMean ? 1 : total.IsZero ? 0 : (double)(1 / total);
    }

    /// <summary>What the derivatives of a row are multiplied by; 0 or infinite where that is out of double's range.</summary>
    public double Scale(double weight)
    {
        double scale = weight * _factor;
        return WideSum.IsUsual(_factor) && WideSum.IsUsual(scale) ? scale : (double)WideScale(weight);
    }

    /// <summary>What the derivatives of a row are multiplied by.</summary>
    public Wide WideScale(double weight) => _isMean ? weight / _total : weight;

    /// <summary>The loss, of the sum over all rows that count.</summary>
    public double Apply(WideSum sum)
    {
        double loss = _factor * sum.Value;
        return sum.Exponent == 0 && WideSum.IsUsual(_factor) && WideSum.IsUsual(loss) ? loss
            : !_isMean ? (double)sum.Total
            : _total.IsZero ? 0
            : (double)(sum.Total / _total);
    }
}
