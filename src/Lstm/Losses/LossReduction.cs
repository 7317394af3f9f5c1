using System.Runtime.CompilerServices;
using Lstm.Kernels;

namespace Lstm;

/// <summary>How the losses of rows become one number, <c>Σ w l</c> or <c>Σ w l / total</c>, for weights and losses of any size.</summary>
internal readonly struct LossReduction
{
    private readonly bool _isMean;
    private readonly WideSum _total;
    private readonly double _factor;   // 1 / total, or 1; NaN where that is not of a usual size

    /// <param name="reduction">Mean or sum.</param>
    /// <param name="total">What a mean divides by; where it is 0, nothing counts, and the mean is 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reduction.</exception>
    public LossReduction(Reduction reduction, WideSum total)
    {
        if (reduction is not (Reduction.Mean or Reduction.Sum))
        {
            Representable.Member(reduction, nameof(reduction), nameof(reduction));
        }

        _isMean = reduction == Reduction.Mean;
        _total = total;
        bool isUsual = total.Exponent == 0 && WideSum.IsUsual(total.Value);
        _factor = !_isMean ? 1 : isUsual ? 1 / total.Value : double.NaN;
    }

    /// <summary>What the derivatives of a row are multiplied by; 0 or infinite where that is out of double's range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Scale(double weight)
    {
        double scale = weight * _factor;
        return WideSum.IsUsual(scale) ? scale : NarrowScale(weight);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double NarrowScale(double weight) => (double)WideScale(weight);

    /// <summary>What the derivatives of a row are multiplied by.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Wide WideScale(double weight) => _isMean ? weight / _total.Total : weight;

    /// <summary>The loss, of the sum over all rows that count.</summary>
    public double Apply(WideSum sum)
    {
        double loss = _factor * sum.Value;
        return sum.Exponent == 0 && WideSum.IsUsual(loss) ? loss : (double)WideLoss(sum.Total);
    }

    private Wide WideLoss(Wide sum) => !_isMean ? sum : _total.Total.IsZero ? 0 : sum / _total.Total;
}
