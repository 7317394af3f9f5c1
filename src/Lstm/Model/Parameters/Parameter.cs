using System.Globalization;
using System.Numerics;

namespace Lstm;

/// <summary>
/// A trained tensor of a layer: its name, shape, value and gradient. The numbers lie in two flat arrays of the model, so a layer's
/// parameters can be read and written once the layer belongs to a model.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _shape;
    private ParameterCollection<T>? _owner;
    private int _offset;

    internal Parameter(string name, Initializer initializer, int blocks, int[] shape)
    {
        Name = name;
        Initializer = initializer.OutOfRange<T>() is not double number ? initializer : throw ArgumentOutOfRange.Error(
            nameof(initializer),
            number,
            $"Expected numbers for parameter '{name}' that are finite as {typeof(T).Name}, and 0 only where 0 is given.");
        Blocks = blocks;
        _shape = shape;
        Length = shape.Aggregate(1, (product, size) => product * size);
    }

    /// <summary>
    /// The name within the layer (<c>W</c>) and, once the layer belongs to another layer or to a model, within that (<c>forward.W</c>,
    /// <c>1.forward.W</c>).
    /// </summary>
    public string Name { get; private set; }

    /// <summary>The sizes of the dimensions, slowest first.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>The number of values.</summary>
    public int Length { get; }

    /// <summary>
    /// Whether it is a matrix of weights or a table, as W, R and E are: the weight decay of an <see cref="Optimizer{T}"/> acts on these.
    /// Biases, gains, shifts, peepholes and initial states are not matrices.
    /// </summary>
    /// <remarks>
    /// The gains and shifts of a split normalisation, [2,4H], are vectors, one for each side and gate: more blocks than rows.
    /// </remarks>
    public bool IsMatrix => _shape.Length >= 2 && Blocks <= _shape[0];

    /// <summary>
    /// Whether training leaves the parameter as it is; default: false. The gradient of a frozen parameter is not computed and stays 0, so
    /// that the backward pass is faster; norms, clipping, weight decay, optimisers, averages and <see cref="GradientCheck"/> skip it.
    /// Moments of optimisers are kept meanwhile, and go on from where they were when it is no longer frozen. It may be set between any two
    /// steps.
    /// </summary>
    /// <remarks>Files do not store it: set it again after loading a model or a checkpoint.</remarks>
    public bool IsFrozen
    {
        get;
        set
        {
            if (value != field)
            {
                field = value;
                _owner?.FreezingChanged(this);
            }
        }
    }

    /// <summary>The initializer, which sets the first values.</summary>
    public Initializer Initializer { get; }

    /// <summary>The values, row-major.</summary>
    /// <exception cref="InvalidOperationException">The layer belongs to no model yet.</exception>
    public Span<T> Value => Model.Values.Slice(_offset, Length);

    /// <summary>The gradient of the loss with respect to <see cref="Value"/>. Backward passes add to it.</summary>
    /// <exception cref="InvalidOperationException">The layer belongs to no model yet.</exception>
    public Span<T> Gradient => Model.Gradients.Slice(_offset, Length);

    /// <summary>
    /// The values, for reading only, as in the passes of a layer. Unlike <see cref="Value"/> it does not count as a change; after a change,
    /// all passes of the model that only go forward read their weights again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The layer belongs to no model yet.</exception>
    public ReadOnlySpan<T> Current => Model.Current.Slice(_offset, Length);

    /// <summary>Sets all values, such as those of a file. On any error they stay as they were.</summary>
    /// <param name="values">The numbers, row-major, as many as there are.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers.</exception>
    /// <exception cref="InvalidOperationException">
    /// The layer belongs to no model yet, another thread changes the parameters, or the values are an average, and the weights are put
    /// aside.
    /// </exception>
    public void Assign(ReadOnlySpan<T> values)
    {
        if (values.Length != Length)
        {
            throw new ArgumentException($"Expected {Length} numbers for parameter {Describe()}, but got {values.Length}.", nameof(values));
        }

        using EntryFlag.Scope change = Model.EnterChange();
        Model.CheckHoldNoAverage();
        values.CopyTo(Value);
    }

    /// <summary>A number that differs after every change of the model's values.</summary>
    internal long Version => Model.Version;

    /// <summary>How many equal blocks, one for each gate, lie along the first dimension.</summary>
    internal int Blocks { get; }

    internal bool IsBound => _owner != null;

    /// <exception cref="InvalidOperationException">The layer belongs to no model yet.</exception>
    internal ParameterCollection<T> Model => _owner
        ?? throw new InvalidOperationException($"Parameter '{Name}' has no values yet: put its layer into a model first.");

    internal void Bind(ParameterCollection<T> owner, int offset, string prefix)
    {
        (_owner, _offset) = (owner, offset);
        AddPrefix(prefix);
    }

    internal void AddPrefix(string prefix) => Name = prefix + Name;

    internal void Initialize(Span<T> destination, ulong seed, int position)
    {
        Philox random = new(seed, RandomStream.Weights(position));
        double[] values = new double[Length];
        try
        {
            Initializer.Fill(values, _shape, Blocks, () => random.NextUniform());
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"Cannot initialise parameter {Describe()}: {error.Message}", error);
        }

        for (int i = 0; i < values.Length; i++)
        {
            destination[i] = T.CreateTruncating(values[i]);
            if (!T.IsFinite(destination[i]))
            {
                throw new InvalidOperationException(
                    $"Cannot initialise parameter {Describe()}: expected numbers that are finite as {typeof(T).Name}, but its initializer "
                    + $"gave {values[i]} for number {i}.");
            }
        }
    }

    /// <summary>The position, in the model, of the layer that the parameter belongs to.</summary>
    internal int Layer => int.Parse(Name.AsSpan(0, Name.IndexOf('.', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    internal string Describe() => $"{Name}[{string.Join(",", _shape)}]";
}
