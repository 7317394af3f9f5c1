using System.Numerics;
using System.Runtime.InteropServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// One state of a recurrent layer, such as h or c, which the next window starts from, and its gradients. After a forward pass the value is
/// the state after the last step of every sequence, so that it is carried on to the next window. A sequence that has been reset starts from
/// the layer's trained initial state if there is one, else from 0; <see cref="Value"/> shows it until the first step.
/// <para>
/// To start from another state, write to <see cref="Value"/> or call <see cref="Set"/>: the next window starts from exactly these numbers,
/// and no gradient flows from them to the window before or to a trained initial state. Each sequence is independent: a row that is not
/// written stays as it was.
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RecurrentState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _value;
    private readonly T[] _left;                 // [batch, size]: the value as it was left here; a row that differs has been written
    private readonly bool[] _fresh;             // [batch]: whether the next step is the first of the sequence
    private readonly bool[] _written;           // [batch]: whether the next step starts from a written state
    private readonly T[] _finalGradient;
    private readonly T[] _initialGradient;

    /// <summary>Creates a state that starts at 0, or at a parameter.</summary>
    /// <param name="name">A short name, such as <c>h</c>.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="size">The number of units.</param>
    /// <param name="training">Whether there will be backward passes.</param>
    /// <param name="initial">
    /// [size]: the parameter that a sequence starts from; default: null, for 0. <see cref="Value"/> shows it where a sequence is fresh; the
    /// pass adds the <see cref="InitialGradient"/> of those sequences to its gradient.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public RecurrentState(string name, int batch, int size, bool training, Parameter<T>? initial = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRange.ThrowIfLessThan(size, 1);
        Name = name;
        Batch = batch;
        Size = size;
        Initial = initial;
        int length = ArraySize.Of("The numbers of a state", nameof(batch), ("batch", batch), ("size", size));
        _value = new T[length];
        _left = new T[length];
        _fresh = new bool[batch];
        _written = new bool[batch];
        _finalGradient = training ? new T[length] : [];
        _initialGradient = training ? new T[length] : [];
        _fresh.AsSpan().Fill(true);
    }

    /// <summary>The name within the layer (<c>h</c>) and, in a <see cref="Bptt{T}"/>, within the model (<c>1.h</c>).</summary>
    public string Name { get; internal set; }

    /// <summary>The number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The number of units.</summary>
    public int Size { get; }

    /// <summary>
    /// The state [batch, size]: before a forward pass the initial one, after it that after the last step. The next window starts from
    /// numbers that are written here; only <see cref="Set"/> sets the state of a direction that reads sequences from their end.
    /// </summary>
    public Span<T> Value
    {
        get
        {
            ShowInitial();
            return _value;
        }
    }

    /// <summary>
    /// The gradient [batch, size] of the loss with respect to the state after the last step. Zero unless it is set before a backward pass,
    /// which uses it up: it is zero again afterwards.
    /// </summary>
    public Span<T> FinalGradient => _finalGradient;

    /// <summary>
    /// The gradient [batch, size] of the loss with respect to the state that each sequence started from, set by a backward pass: the state
    /// before the first step that the pass went through, or the one that was reset or written since.
    /// </summary>
    public Span<T> InitialGradient => _initialGradient;

    internal Parameter<T>? Initial { get; }

    /// <summary>Whether a window begins with the state that the one before has left.</summary>
    internal bool IsCarried { get; set; } = true;

    /// <summary>Whether rows that a user writes have to be noticed after the first step of their sequence, too.</summary>
    internal bool NoticesWrites { get; set; }

    /// <summary>Starts the next window from <paramref name="value"/>: all sequences, in either direction of reading.</summary>
    /// <param name="value">[batch, size].</param>
    /// <exception cref="ArgumentException">The number of values is not that of the state.</exception>
    public void Set(ReadOnlySpan<T> value)
    {
        if (value.Length != _value.Length)
        {
            throw new ArgumentException(
                $"Expected [batch, size] = [{Batch}, {Size}], {_value.Length} numbers for the state {Name}, but got {value.Length}.",
                nameof(value));
        }

        value.CopyTo(_value);
        _fresh.AsSpan().Clear();
        _written.AsSpan().Fill(true);
    }

    /// <summary>
    /// Returns whether a sequence starts with its next step, and not from a state that was written. In a forward pass: whether it starts
    /// with the present window, if it has a step there.
    /// </summary>
    /// <param name="sequence">The position in the batch.</param>
    public bool IsFresh(int sequence) => _fresh[sequence];

    /// <summary>Returns whether the next step of a sequence starts from a state that was written.</summary>
    internal bool IsWritten(int sequence) => _written[sequence];

    /// <summary>Lets every sequence start with its next step.</summary>
    internal void Reset()
    {
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            Reset(sequence);
        }
    }

    /// <summary>Lets one sequence start with its next step.</summary>
    internal void Reset(int sequence)
    {
        (_fresh[sequence], _written[sequence]) = (true, false);
        Row(_value, sequence).Clear();
        Row(_left, sequence).Clear();
        if (Initial != null)
        {
            // Now and not later, so that zeros written through a span taken earlier differ from it.
            Leave(sequence, Initial.Current);
        }
    }

    /// <summary>
    /// Begins a window: a written sequence is not fresh, and a state that is not carried on starts anew where it was not set.
    /// </summary>
    internal void BeginWindow()
    {
        if (IsCarried)
        {
            Settle();
        }
        else
        {
            ResetWhereNotSet();
        }
    }

    /// <summary>Finds the rows that were written since the window before.</summary>
    internal void Settle()
    {
        ShowInitial();
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            if ((NoticesWrites || _fresh[sequence]) && !_written[sequence] && !IsAsLeft(sequence))
            {
                (_fresh[sequence], _written[sequence]) = (false, true);
            }
        }
    }

    /// <summary>Ends a window, whose last states are in <see cref="Value"/>: a sequence without a step stays fresh if it was.</summary>
    internal void EndWindow(Window window)
    {
        for (int row = 0; row < Batch; row++)
        {
            int sequence = window.Sequence(row);
            _fresh[sequence] &= window.Length(row) == 0;
        }

        _written.AsSpan().Clear();
        if (NoticesWrites)
        {
            _value.CopyTo(_left.AsSpan());
        }
    }

    /// <summary>Goes on from a state that was left earlier.</summary>
    internal void Resume(int sequence, ReadOnlySpan<T> value)
    {
        Leave(sequence, value);
        (_fresh[sequence], _written[sequence]) = (false, false);
    }

    /// <summary>Copies <paramref name="other"/>, but for the gradients.</summary>
    internal void CopyFrom(RecurrentState<T> other)
    {
        other._value.CopyTo(_value.AsSpan());
        other._left.CopyTo(_left.AsSpan());
        other._fresh.CopyTo(_fresh.AsSpan());
        other._written.CopyTo(_written.AsSpan());
    }

    /// <summary>Creates a state of the same name, size and initial parameter, for as many sequences.</summary>
    internal RecurrentState<T> Copy(bool training) =>
        new(Name, Batch, Size, training, Initial) { IsCarried = IsCarried, NoticesWrites = NoticesWrites };

    private void ResetWhereNotSet()
    {
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            if (!_written[sequence])
            {
                Reset(sequence);
            }
        }
    }

    /// <summary>Shows the present trained initial state, which may have changed since the sequence was reset.</summary>
    private void ShowInitial()
    {
        for (int sequence = 0; Initial != null && sequence < Batch; sequence++)
        {
            if (_fresh[sequence] && IsAsLeft(sequence))
            {
                Leave(sequence, Initial.Current);
            }
        }
    }

    private void Leave(int sequence, ReadOnlySpan<T> value)
    {
        value.CopyTo(Row(_value, sequence));
        value.CopyTo(Row(_left, sequence));
    }

    private bool IsAsLeft(int sequence) =>
        MemoryMarshal.AsBytes(Row(_value, sequence)).SequenceEqual(MemoryMarshal.AsBytes(Row(_left, sequence)));

    private Span<T> Row(T[] values, int sequence) => values.AsSpan(sequence * Size, Size);
}
