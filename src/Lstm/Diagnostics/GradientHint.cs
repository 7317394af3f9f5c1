namespace Lstm;

/// <summary>Describes what a wrong gradient looks like.</summary>
internal static class GradientHint
{
    /// <summary>The distance up to which a hint takes numbers as equal, in parts of the largest gradient.</summary>
    private const double Nearness = 1e-5;

    /// <param name="shape">The shape of the tensor; [steps, batch, inputSize] for the input.</param>
    /// <param name="isParameter">Whether backward passes add to it; otherwise they set it.</param>
    /// <param name="analytic">The gradient by the backward pass.</param>
    /// <param name="numeric">The gradient by finite differences.</param>
    /// <param name="first">The gradient after a first backward pass.</param>
    /// <param name="second">The gradient after a second backward pass, with nothing cleared before it.</param>
    /// <returns>A clause without a full stop; empty where the gradient is right.</returns>
    public static string Of(int[] shape, bool isParameter, double[] analytic, double[] numeric, double[] first, double[] second)
    {
        double largest = analytic.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        double scale = Math.Max(1e-4, Math.Max(numeric.Max(Math.Abs), largest));
        bool Near(double[] a, double[] b, double factor = 1) =>
            a.Zip(b, (x, y) => Math.Abs(x - factor * y)).All(error => error <= Nearness * scale);
        bool[] isWrong = [.. analytic.Zip(numeric, (a, n) => !(Math.Abs(a - n) <= Nearness * scale))];
        if (analytic.Any(value => !double.IsFinite(value)))
        {
            return "it is not finite: is there a division by 0, or an element that nothing sets?";
        }

        if (!isWrong.Contains(true))
        {
            return "";
        }

        bool isZero = analytic.All(value => value == 0);
        if (isZero || numeric.All(value => Math.Abs(value) <= Nearness * Nearness * scale))
        {
            return isZero
                ? "backward leaves it at 0: is the gradient passed on to it at all?"
                : "no output depends on it: is it read where the pass is made, in place of in Forward, or not at all?";
        }

        return isParameter && Near(second, first)
                ? "a second backward pass does not add to it: is it assigned (=) where it has to be added to (+=)?"
            : !isParameter && Near(second, first, 2)
                ? "a second backward pass adds to it: is it added to (+=) where it has to be set (=)?"
            : Near(analytic, numeric, -1) ? "its sign is wrong everywhere"
            : FactorOf(analytic, numeric) is double factor && Near(analytic, numeric, factor)
                ? $"it is {factor:g6} times the true one everywhere: is there a factor, or a mean for a sum?"
            : analytic.Zip(numeric, (a, n) => Math.Abs(Math.Abs(a) - Math.Abs(n))).All(error => error <= Nearness * scale)
                ? "some of its signs are wrong"
            : !isParameter && shape.Length == 3 ? WhereOf(shape, isWrong)
            : $"{isWrong.Count(wrong => wrong)} of {isWrong.Length} elements are wrong: is a term, a step or a sequence missing?";
    }

    /// <summary>Returns the factor that fits best, or null.</summary>
    private static double? FactorOf(double[] analytic, double[] numeric)
    {
        double squares = numeric.Sum(n => n * n), factor = analytic.Zip(numeric, (a, n) => a * n).Sum() / squares;
        return numeric.Length > 1 && double.IsFinite(factor) ? factor : null;
    }

    /// <summary>Describes which steps and sequences of [steps, batch, ...] are wrong.</summary>
    private static string WhereOf(int[] shape, bool[] isWrong)
    {
        int steps = shape[0], batch = shape[1], width = isWrong.Length / (steps * batch);
        int[] wrong = [.. Enumerable.Range(0, isWrong.Length).Where(k => isWrong[k])];
        int[] wrongSteps = [.. wrong.Select(k => k / (batch * width)).Distinct()];
        int[] wrongSequences = [.. wrong.Select(k => k / width % batch).Distinct()];
        return wrongSteps.Length < steps
            ? $"it is wrong at the steps {string.Join(", ", wrongSteps)} alone: is a term missing that comes from other steps?"
            : wrongSequences.Length < batch
                ? $"it is wrong for the sequences {string.Join(", ", wrongSequences)} alone"
                : "it is wrong at every step: is a term of the derivative missing?";
    }
}
