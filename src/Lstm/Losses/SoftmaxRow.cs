using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The cross-entropy of one row of logits. docs/losses.md has the equations.</summary>
internal static class SoftmaxRow
{
    /// <summary>Adds the loss of a row by (7), which is (6) and the term that label smoothing adds to it, if there is any.</summary>
    public static void Add<T>(
        ReadOnlySpan<T> logits, int target, Span<T> gradient, double scale, double smoothing, double weight, ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T logit = logits[target], factor = T.CreateTruncating(scale);
        bool fits = T.IsFinite(factor);
        factor = fits ? factor : T.One;
        double spread = smoothing / logits.Length, differences = spread > 0 ? Softmax.SumOfDifferences(logits, logit) : 0;
        double smoothed = spread * differences;
        Wide wideDifferences = double.IsFinite(differences) ? default : Softmax.WideSumOfDifferences(logits, logit);
        double loss = Evaluate(logits, target, gradient, factor, out T max, out T total) - smoothed;  // (7)
        if (!gradient.IsEmpty)
        {
            gradient[target] += factor * T.CreateTruncating(smoothing);                     // (7)
            TensorPrimitives.Subtract(gradient, factor * T.CreateTruncating(spread), gradient);  // (7)
        }

        if (fits && double.IsFinite(loss))
        {
            sum.Add(weight, loss);
        }
        else
        {
            Wide wideSmoothed = spread * (double.IsFinite(differences) ? differences : wideDifferences);
            AddWidely(WideLoss(max, logit, total) - wideSmoothed, gradient, fits ? 1 : scale, weight, ref sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Evaluate<T>(ReadOnlySpan<T> logits, int target, Span<T> gradient, T scale, out T max, out T total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T logit = logits[target];
        total = Softmax.SumOfExponentials(logits, gradient, out max);                       // gradient = exp(logits - max)
        if (!gradient.IsEmpty)
        {
            TensorPrimitives.Multiply(gradient, scale / total, gradient);                   // (6)
            gradient[target] -= scale;                                                      // (6)
        }

        return Loss(max, logit, total);                                                     // (6)
    }

    /// <summary>
    /// Computes log(total * exp(max)) - logit without forming the large terms that cancel. The result is not finite where it does not fit
    /// into double, or where logits are infinite.
    /// </summary>
    private static double Loss<T>(T max, T logit, T total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        double.CreateTruncating(max) - double.CreateTruncating(logit) + Math.Log(double.CreateTruncating(total));

    /// <summary>Computes the same loss at any size; infinite where the class has probability 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Wide WideLoss<T>(T max, T logit, T total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Math.Log(double.CreateTruncating(total)) - Softmax.Difference(double.CreateTruncating(logit), double.CreateTruncating(max));

    /// <summary>Adds the loss of a row, which may be of any size, times its weight.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddWidely<T>(T max, T logit, T total, double weight, ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => sum.Add(weight * WideLoss(max, logit, total));

    /// <summary>
    /// Adds the loss of a row, and scales its gradient, which lacks a scale that does not fit into <typeparamref name="T"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddWidely<T>(Wide loss, Span<T> gradient, double scale, double weight, ref WideSum sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        sum.Add(weight * loss);
        foreach (ref T number in gradient)
        {
            number = T.CreateTruncating(double.CreateTruncating(number) * scale);
        }
    }
}
