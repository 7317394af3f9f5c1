using System.Numerics;

namespace Lstm;

/// <summary>The states of some sequences that go through a <see cref="StreamingModel{T}"/> together, step by step.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StreamingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ModelPass<T> _pass;
    private readonly int[] _tokens;
    private T[] _values = [];
    private EntryFlag _entry;

    internal StreamingState(StreamingModel<T> owner, ModelPass<T> pass)
    {
        Layer<T> first = owner.Model.Layers[0];
        Owner = owner;
        _pass = pass;
        _tokens = new int[first.AcceptsTokens ? Batch : 0];
        pass.Context.Window.Begin(steps: 1);
    }

    /// <summary>The number of sequences.</summary>
    public int Batch => _pass.Context.Batch;

    /// <summary>
    /// The states of all layers, <c>0.h</c>, <c>0.c</c>, <c>1.h</c> ... Read them to keep a state; write them to go on from one.
    /// </summary>
    public IReadOnlyList<RecurrentState<T>> States => _pass.States;

    internal StreamingModel<T> Owner { get; }

    /// <summary>Makes the next step the first of all sequences.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using the state.</exception>
    public void Reset()
    {
        using EntryFlag.Scope entry = Enter();
        foreach (RecurrentState<T> state in _pass.States)
        {
            state.Reset();
        }
    }

    /// <summary>Makes the next step the first of one sequence.</summary>
    /// <param name="sequence">The position in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this state.</exception>
    public void Reset(int sequence)
    {
        ArgumentOutOfRange.ThrowIfNegative(sequence);
        ArgumentOutOfRange.ThrowIfGreaterThan(sequence, Batch - 1);
        using EntryFlag.Scope entry = Enter();
        foreach (RecurrentState<T> state in _pass.States)
        {
            state.Reset(sequence);
        }
    }

    internal EntryFlag.Scope Enter() =>
        _entry.Enter("This state of a StreamingModel", "A state serves one thread at a time: give each thread one of its own.");

    internal ReadOnlySpan<T> Step(scoped WindowInput<T> input)
    {
        LayerInput<T> copy;
        if (input.IsTokens)
        {
            input.Tokens.CopyTo(_tokens);
            copy = new LayerInput<T>(_tokens, steps: 1);
        }
        else
        {
            _values = _values.Length > 0 ? _values : new T[input.Values.Length];
            input.Values.CopyTo(_values);
            copy = new LayerInput<T>(_values, steps: 1);
        }

        _pass.ForwardWindow(copy);
        return _pass.Output;
    }
}
