using System.Numerics;

namespace Lstm.PyTorch.Modules;

/// <summary>Collects the new values of parameters, and sets them all or none.</summary>
internal sealed class WeightImport<T>(TorchStateDict<T> weights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LongestList = 12;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<(Parameter<T> Parameter, ReadOnlyMemory<T> Values)> _changes = [];

    /// <summary>The tensors.</summary>
    public TorchStateDict<T> Weights => weights;

    /// <summary>Returns the values of a tensor.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another shape.</exception>
    public ReadOnlyMemory<T> Take(string name, ReadOnlySpan<int> shape)
    {
        if (weights.Find(name) is not StateTensor<T> tensor)
        {
            TorchOtherTensor? other = weights.Others.FirstOrDefault(other => other.Name == name);
            string found = other is null ? "there is none" : $"its elements are of {other.Type}";
            throw new InvalidDataException($"Expected tensor '{name}' of shape {Text(shape)}, but {found}.");
        }

        if (!tensor.Shape.SequenceEqual(shape.ToArray()))
        {
            throw new InvalidDataException($"Expected tensor '{name}' of shape {Text(shape)}, but it has {Text([.. tensor.Shape])}.");
        }

        _taken.Add(name);
        return tensor.Values;
    }

    /// <summary>Notes the new values of a parameter.</summary>
    /// <exception cref="InvalidOperationException">The layer belongs to no model.</exception>
    public void Set(Parameter<T> parameter, ReadOnlyMemory<T> values)
    {
        _ = parameter.Current;
        _changes.Add((parameter, values));
    }

    /// <summary>Sets all parameters.</summary>
    /// <exception cref="InvalidDataException">A tensor was not taken.</exception>
    /// <exception cref="InvalidOperationException">The model holds an average of its weights.</exception>
    public void Complete()
    {
        string[] surplus =
        [
            .. weights.Tensors.Where(tensor => !_taken.Contains(tensor.Name))
                .Select(tensor => $"'{tensor.Name}' {Text([.. tensor.Shape])}"),
            .. weights.Others.Select(other => $"'{other.Name}' {Text([.. other.Shape])} of {other.Type}"),
        ];
        if (surplus.Length > 0)
        {
            string more = surplus.Length > LongestList ? ", ..." : "";
            throw new InvalidDataException(
                $"Expected the tensors of the modules alone, but there are {surplus.Length} more: "
                    + $"{string.Join(", ", surplus.Take(LongestList))}{more}.");
        }

        foreach ((Parameter<T> parameter, ReadOnlyMemory<T> values) in _changes)
        {
            parameter.Assign(values.Span);
        }
    }

    private static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(",", shape.ToArray())}]";
}
