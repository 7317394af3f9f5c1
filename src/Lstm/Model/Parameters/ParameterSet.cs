using System.Numerics;

namespace Lstm;

/// <summary>The parameters that a layer or a cell declares, in their order, each with its own name.</summary>
internal sealed class ParameterSet<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Parameter<T>> _parameters = [];
    private readonly HashSet<string> _names = [];

    public IReadOnlyList<Parameter<T>> Parameters => _parameters;

    /// <summary>Declares a parameter.</summary>
    /// <param name="name">A short name.</param>
    /// <param name="initializer">Sets the first values.</param>
    /// <param name="blocks">How many equal blocks, one for each gate, lie along the first dimension.</param>
    /// <param name="shape">The sizes of the dimensions, slowest first.</param>
    /// <exception cref="ArgumentException">There is a parameter of this name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the product of all is too large.</exception>
    public Parameter<T> Add(string name, Initializer initializer, int blocks, ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(initializer);
        long length = 1;
        foreach (int size in shape)
        {
            length = size >= 1 && length <= int.MaxValue ? length * size : 0;
        }

        if (shape.IsEmpty || length is < 1 or > int.MaxValue)
        {
            string sizes = string.Join(",", shape.ToArray().Select(size => $"{size}"));
            throw ArgumentOutOfRange.Error(
                nameof(shape),
                $"[{sizes}]",
                $"Expected sizes of 1 or more with a product of at most {int.MaxValue} of parameter '{name}'.");
        }

        bool isOfRows = shape.Length >= 2 && blocks <= shape[0];
        if (blocks < 1 || length % blocks != 0 || (isOfRows && shape[0] % blocks != 0))
        {
            throw ArgumentOutOfRange.Error(
                nameof(blocks), blocks, $"Expected 1 or more equal blocks of parameter '{name}', whose first dimension is {shape[0]}.");
        }

        return Include(new Parameter<T>(name, initializer, blocks, shape.ToArray()));
    }

    /// <summary>Takes over a parameter that was declared elsewhere.</summary>
    /// <exception cref="ArgumentException">There is a parameter of this name.</exception>
    public Parameter<T> Include(Parameter<T> parameter)
    {
        AddName(parameter.Name);
        _parameters.Add(parameter);
        return parameter;
    }

    private void AddName(string name)
    {
        if (!_names.Add(name))
        {
            throw new ArgumentException($"The layer has a parameter '{name}' already.", nameof(name));
        }
    }
}
