namespace Lstm;

/// <summary>The result of a gradient check for one tensor: its worst element.</summary>
/// <param name="Name">The name of the tensor, such as <c>0.R</c>, <c>x</c> or <c>0.c0</c>.</param>
/// <param name="Index">The position of the worst element, one number for each dimension.</param>
/// <param name="Analytic">The gradient of that element by the backward pass.</param>
/// <param name="Numeric">The gradient of that element by finite differences.</param>
/// <param name="RelativeError">
/// |Analytic - Numeric| over the largest gradient of the tensor, or over 1e-4 where that is larger; infinite if either is NaN or infinite.
/// </param>
public sealed record TensorGradientCheck(string Name, IReadOnlyList<int> Index, double Analytic, double Numeric, double RelativeError)
{
    /// <summary>
    /// The smallest scale of errors. Where all gradients of a tensor are smaller, they are little more than rounding, and their errors are
    /// taken relative to this.
    /// </summary>
    private const double SmallestScale = 1e-4;

    /// <summary>
    /// A description of a wrong gradient, such as a wrong sign or a sum that is not added to; empty where the gradient is right.
    /// </summary>
    public string Hint { get; init; } = "";

    internal string Describe() => Hint.Length == 0 ? ToString() : $"{this}; {Hint}";

    /// <inheritdoc/>
    public override string ToString() =>
        $"d{Name}[{string.Join(",", Index)}]: backward {Analytic:g17}, finite differences {Numeric:g17}, relative error {RelativeError:g3}";

    internal static TensorGradientCheck Create(string name, int[] shape, double[] analytic, double[] numeric)
    {
        double scale = Math.Max(SmallestScale, Math.Max(analytic.Max(Math.Abs), numeric.Max(Math.Abs)));
        double[] errors = [.. analytic.Zip(numeric, (a, n) => double.IsFinite(a) && double.IsFinite(n)
            ? Math.Abs(a - n) / scale
            : double.PositiveInfinity)];
        int worst = Array.IndexOf(errors, errors.Max());
        return new(name, TensorPosition.Of(worst, shape), analytic[worst], numeric[worst], errors[worst]);
    }
}
