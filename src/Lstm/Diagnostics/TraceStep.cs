using System.Globalization;
using System.Numerics;
using System.Text;

namespace Lstm;

/// <summary>The gradients of one step, by their names in the derivation.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TraceStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly (string Name, T[] Values)[] _quantities;

    internal TraceStep(IReadOnlyList<(string Name, int Size)> quantities) =>
        _quantities = [.. quantities.Select(quantity => (quantity.Name, new T[quantity.Size]))];

    /// <summary>The step t, counted from 0 at the first step of the window; negative for a step of an earlier window.</summary>
    public int Step { get; internal set; }

    /// <summary>
    /// The names of the gradients, such as <c>dh</c> and <c>daf</c>, in the order in which the backward pass computes them.
    /// </summary>
    public IEnumerable<string> Names => Present.Select(quantity => quantity.Name);

    /// <summary>The elements of a gradient.</summary>
    /// <exception cref="KeyNotFoundException">There is no such gradient; the message lists the gradients that there are.</exception>
    public ReadOnlySpan<T> this[string name] =>
        Present.Where(quantity => quantity.Name == name).Select(quantity => quantity.Values).FirstOrDefault()
        ?? throw new KeyNotFoundException($"There is no '{name}'; there are {string.Join(", ", Names)}.");

    internal bool HasInputGradient { get; set; }

    private IEnumerable<(string Name, T[] Values)> Present => _quantities.Where(quantity => quantity.Name != "dx" || HasInputGradient);

    internal void Set(string name, ReadOnlySpan<T> values) => values.CopyTo(Of(name));

    internal T[] Of(string name) => Array.Find(_quantities, quantity => quantity.Name == name).Values;

    internal void AppendTo(StringBuilder text, int elements)
    {
        int width = Names.Max(name => name.Length);
        foreach ((string name, T[] values) in Present)
        {
            text.Append("  ").Append(name.PadRight(width));
            foreach (T value in values.Take(elements))
            {
                text.Append(CultureInfo.InvariantCulture, $" {double.CreateTruncating(value),12:g5}");
            }

            text.AppendLine(values.Length > elements ? " ..." : "");
        }
    }
}
