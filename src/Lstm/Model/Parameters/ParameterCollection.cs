using System.Collections;
using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The parameters of a model, in the order of its layers. Values lie in one flat array and gradients in another, so an optimiser or
/// clipping is one loop over one span.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterCollection<T> : IReadOnlyList<Parameter<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _parameters;
    private readonly Dictionary<string, Parameter<T>> _byName;
    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<T> _gradients;
    private readonly Lock _initialization = new();
    private bool _hasValues;
    private long _version;
    private EntryFlag _change;

    internal ParameterCollection(IReadOnlyList<Layer<T>> layers)
    {
        _parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        long total = _parameters.Sum(parameter => (long)parameter.Length);
        int length = total <= Array.MaxLength / 2
            ? (int)total
            : throw new ArgumentException($"Expected a model of at most {Array.MaxLength / 2} values, but it has {total}.", nameof(layers));
        _values = new AlignedBuffer<T>(length);
        _gradients = new AlignedBuffer<T>(length);

        int offset = 0;
        for (int k = 0; k < layers.Count; k++)
        {
            foreach (Parameter<T> parameter in layers[k].Parameters)
            {
                parameter.Bind(this, offset, $"{k}.");
                offset += parameter.Length;
            }
        }

        Trained = FlatRange.Trained(_parameters);
        _byName = _parameters.ToDictionary(parameter => parameter.Name);
    }

    /// <summary>The number of parameters (tensors).</summary>
    public int Count => _parameters.Length;

    /// <summary>All values, in the order of the parameters.</summary>
    public Span<T> Values
    {
        get
        {
            _ = Current;
            Interlocked.Increment(ref _version);
            return _values.Span;
        }
    }

    internal int Length => _values.Length;

    /// <summary>All values, for reading only: it does not count as a change.</summary>
    internal ReadOnlySpan<T> Current
    {
        get
        {
            // Not in the constructor: initialising a large model takes seconds, in vain if a seed is given or a file loaded next.
            if (!Volatile.Read(ref _hasValues))
            {
                InitializeOnce();
            }

            return _values.Span;
        }
    }

    /// <summary>A number that differs after every change, and after a span has been handed out through which values can change.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>The parts of the flat arrays that are not frozen, in their order; a new array after every change.</summary>
    internal FlatRange[] Trained { get; private set; }

    /// <summary>Whether the values are an average, and the weights are put aside (<see cref="WeightAverage{T}.Apply"/>).</summary>
    internal bool HoldAverage { get; set; }

    /// <summary>All gradients, in the order of the parameters.</summary>
    public Span<T> Gradients
    {
        get
        {
            GradientBound = null;
            return _gradients.Span;
        }
    }

    /// <summary>All gradients, for clipping, which keeps <see cref="GradientBound"/>.</summary>
    internal Span<T> ClippedGradients => _gradients.Span;

    /// <summary>
    /// An upper bound of the magnitudes of all trained gradients, known from clipping until the gradients are handed out again; null where
    /// it is not known.
    /// </summary>
    internal double? GradientBound { get; set; }

    /// <summary>The parameter at a position.</summary>
    public Parameter<T> this[int index] => _parameters[index];

    /// <summary>The parameter of a name: <c>1.W</c> is the W of the model's second layer.</summary>
    /// <exception cref="KeyNotFoundException">There is no such parameter; the message lists all parameters.</exception>
    public Parameter<T> this[string name] => _byName.TryGetValue(name, out Parameter<T>? found)
        ? found
        : throw new KeyNotFoundException(
            $"There is no parameter '{name}'; there are {string.Join(", ", _parameters.Select(parameter => parameter.Describe()))}.");

    /// <summary>A copy of the values of all parameters, for a <see cref="Checkpoint{T}"/>.</summary>
    public NamedState<T> State => WeightsState.Of(this, Current.ToArray(), steps: 0);

    /// <summary>Sets all values to those of a <see cref="State"/>. On any error they stay as they were.</summary>
    /// <exception cref="ArgumentException">The state belongs to another model; the message says how it differs.</exception>
    /// <exception cref="InvalidOperationException">The values are an average, and the weights are put aside.</exception>
    public void Restore(NamedState<T> state) => Assign(WeightsState.ValuesOf(state, this));

    /// <summary>Sets every gradient to 0.</summary>
    /// <exception cref="InvalidOperationException">Another thread is changing values or gradients.</exception>
    public void ClearGradients()
    {
        using EntryFlag.Scope change = EnterChange();
        Gradients.Clear();
    }

    /// <inheritdoc/>
    public IEnumerator<Parameter<T>> GetEnumerator() => ((IEnumerable<Parameter<T>>)_parameters).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Updates <see cref="Trained"/> after a parameter has been frozen or unfrozen, and clears the gradient of a frozen one.
    /// </summary>
    internal void FreezingChanged(Parameter<T> parameter)
    {
        Trained = FlatRange.Trained(_parameters);
        GradientBound = null;
        if (parameter.IsFrozen)
        {
            parameter.Gradient.Clear();
        }
    }

    /// <summary>Returns the parameter that a position in the flat arrays belongs to, and the position within it.</summary>
    internal (Parameter<T> Parameter, int Index) At(int index)
    {
        int k = 0;
        while (index >= _parameters[k].Length)
        {
            index -= _parameters[k].Length;
            k++;
        }

        return (_parameters[k], index);
    }

    internal void CheckHoldNoAverage()
    {
        if (HoldAverage)
        {
            throw new InvalidOperationException(
                "The model holds an average of its weights: first dispose what WeightAverage.Apply returned.");
        }
    }

    /// <summary>
    /// Begins to change values or gradients, as backward passes, clipping and optimisers do: one thread at a time may do that. Spans that
    /// were handed out cannot be guarded. Forward passes are not guarded either: any number may run.
    /// </summary>
    internal EntryFlag.Scope EnterChange() => _change.Enter(
        "The model's array of parameters or of gradients",
        "Backward, clipping, steps of optimisers and averages, Initialize, Load and Restore of a model have to come one after the other.");

    internal void Initialize(ulong seed) => Assign(FirstValues(seed));

    private T[] FirstValues(ulong seed)
    {
        T[] values = new T[_values.Length];
        int offset = 0;
        for (int k = 0; k < _parameters.Length; k++)
        {
            _parameters[k].Initialize(values.AsSpan(offset, _parameters[k].Length), seed, position: k);
            offset += _parameters[k].Length;
        }

        return values;
    }

    /// <summary>Sets all values at once.</summary>
    /// <exception cref="InvalidOperationException">The values are an average, and the weights are put aside.</exception>
    internal void Assign(ReadOnlySpan<T> values)
    {
        using EntryFlag.Scope change = EnterChange();
        CheckHoldNoAverage();
        Set(values);
    }

    /// <summary>Lets a function write all values of a model that nobody else knows yet.</summary>
    internal void Fill(Action<Span<T>> write)
    {
        write(_values.Span);
        Interlocked.Increment(ref _version);
        Volatile.Write(ref _hasValues, true);
    }

    private void Set(ReadOnlySpan<T> values)
    {
        values.CopyTo(_values.Span);
        Interlocked.Increment(ref _version);
        Volatile.Write(ref _hasValues, true);
    }

    private void InitializeOnce()
    {
        lock (_initialization)
        {
            if (!_hasValues)
            {
                Set(FirstValues(seed: 0));
            }
        }
    }

    /// <summary>Splits an array as long as all parameters into tensors, one for each parameter.</summary>
    internal IEnumerable<StateTensor<T>> Split(string name, ReadOnlyMemory<T> values)
    {
        int start = 0;
        foreach (Parameter<T> parameter in this)
        {
            yield return new($"{name}.{parameter.Name}", parameter.Shape.ToArray(), values.Slice(start, parameter.Length));
            start += parameter.Length;
        }
    }
}
