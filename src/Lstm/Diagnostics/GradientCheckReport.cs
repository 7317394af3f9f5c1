namespace Lstm;

/// <summary>The outcome of a <see cref="GradientCheck"/>: the worst element of every tensor.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<TensorGradientCheck> tensors, IReadOnlyList<LayerMistake>? mistakes = null)
    {
        (Tensors, Mistakes) = (tensors, mistakes ?? []);
        Worst = tensors.MaxBy(tensor => tensor.RelativeError) ?? throw new ArgumentException("There is nothing to check.", nameof(tensors));
    }

    /// <summary>The results for every parameter, then for the input <c>x</c>, then for the initial states, such as <c>0.h0</c>.</summary>
    public IReadOnlyList<TensorGradientCheck> Tensors { get; }

    /// <summary>The mistakes of layers other than wrong gradients; empty where none was found.</summary>
    public IReadOnlyList<LayerMistake> Mistakes { get; }

    /// <summary>The result for the tensor with the largest error.</summary>
    public TensorGradientCheck Worst { get; }

    /// <summary>Throws if any tensor's error is larger than <paramref name="tolerance"/>, or if there are <see cref="Mistakes"/>.</summary>
    /// <returns>This report.</returns>
    /// <exception cref="GradientCheckException">
    /// The message names every such tensor, its worst element, both values, the error and its likely cause; and it names every mistake.
    /// </exception>
    public GradientCheckReport ThrowIfWorseThan(double tolerance)
    {
        string[] failures = [.. Tensors.Where(tensor => !(tensor.RelativeError <= tolerance)).Select(tensor => tensor.Describe())];
        IEnumerable<string> lines = failures.Concat(Mistakes.Select(mistake => mistake.ToString()));
        return failures.Length == 0 && Mistakes.Count == 0
            ? this
            : throw new GradientCheckException(
                $"{failures.Length} of {Tensors.Count} gradients are off by more than {tolerance:g3}"
                + (Mistakes.Count == 0 ? ":" : $", and there are mistakes ({Mistakes.Count}):")
                + string.Concat(lines.Select(line => Environment.NewLine + "  " + line)));
    }

    /// <summary>Returns one line for each tensor, and one for each mistake.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Tensors.Concat<object>(Mistakes));
}
