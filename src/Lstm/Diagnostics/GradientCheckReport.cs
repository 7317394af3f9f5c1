using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>The outcome of a <see cref="GradientCheck"/>: the worst element of every tensor.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<TensorGradientCheck> tensors, IReadOnlyList<LayerMistake>? mistakes = null)
    {
        (Tensors, Mistakes) = (tensors, mistakes ?? []);
        Worst = tensors.MaxBy(tensor => tensor.RelativeError) ?? throw new ArgumentException("There is nothing to check.", nameof(tensors));
    }

    /// <summary>Every parameter, then the input <c>x</c>, then the initial states, such as <c>0.h0</c>.</summary>
    public IReadOnlyList<TensorGradientCheck> Tensors { get; }

    /// <summary>What a layer does and must not do, apart from wrong gradients; empty where nothing was found.</summary>
    public IReadOnlyList<LayerMistake> Mistakes { get; }

    /// <summary>The tensor with the largest error.</summary>
    public TensorGradientCheck Worst { get; }

    /// <summary>Throws if any tensor's error is larger than <paramref name="tolerance"/>, or if there are <see cref="Mistakes"/>.</summary>
    /// <returns>This report.</returns>
    /// <exception cref="GradientCheckException">
    /// The message names every such tensor, its worst element, both values, the error, and what it looks like; and every mistake.
    /// </exception>
    public GradientCheckReport ThrowIfWorseThan(double tolerance)
    {
        string[] failures = [.. Tensors.Where(tensor => !(tensor.RelativeError <= tolerance)).Select(tensor => tensor.Describe())];
        IEnumerable<string> lines = failures.Concat(Mistakes.Select(mistake => mistake.ToString()));
        return failures.Length == 0 && Mistakes.Count == 0
            ? this
            : throw new GradientCheckException(
                FormattableString.Invariant($"{failures.Length} of {Tensors.Count} gradients are off by more than {tolerance:g3}")
                + (Mistakes.Count == 0 ? ":" : $", and there are mistakes ({Mistakes.Count}):")
                + string.Concat(lines.Select(line => Environment.NewLine + "  " + line)));
    }

    /// <summary>One line for each tensor, and for each mistake.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Tensors.Concat<object>(Mistakes));
}

/// <summary>The worst element of one tensor.</summary>
/// <param name="Name">The tensor, such as <c>0.R</c>, <c>x</c> or <c>0.c0</c>.</param>
/// <param name="Index">The position of the worst element, one number for each dimension.</param>
/// <param name="Analytic">Its gradient by the backward pass.</param>
/// <param name="Numeric">Its gradient by finite differences.</param>
/// <param name="RelativeError">
/// |Analytic - Numeric| over the largest gradient of the tensor, or over 1e-4 where that is larger; infinite if either is no number.
/// </param>
public sealed record TensorGradientCheck(string Name, IReadOnlyList<int> Index, double Analytic, double Numeric, double RelativeError)
{
    /// <summary>Below this, a tensor's gradients are compared with this instead of with the largest of them: rounding is all there is.</summary>
    private const double SmallestScale = 1e-4;

    /// <summary>
    /// What the gradient looks like where it is wrong, such as a wrong sign or a sum that is not added to; empty where it is right.
    /// </summary>
    public string Hint { get; init; } = "";

    internal string Describe() => Hint.Length == 0 ? ToString() : $"{this}; {Hint}";

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"d{Name}[{string.Join(",", Index)}]: backward {Analytic:g17}, ");
        text.Append(CultureInfo.InvariantCulture, $"finite differences {Numeric:g17}, relative error {RelativeError:g3}");
        return text.ToString();
    }

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

/// <summary>A gradient differs from its finite difference.</summary>
public sealed class GradientCheckException : Exception
{
    /// <summary>An exception with this message.</summary>
    public GradientCheckException(string message)
        : base(message)
    {
    }

    /// <summary>An exception without a message.</summary>
    public GradientCheckException()
    {
    }

    /// <summary>An exception with this message and cause.</summary>
    public GradientCheckException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
