using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>A state at every step of a window, slot 0 being the initial one, and the gradient that is carried back.</summary>
internal sealed class CarriedState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly Parameter<T>? _initial;
    private readonly int[] _started;                    // the sequences that started from the trained initial state
    private readonly bool[] _beganFresh;                // [B]: whether a sequence started from the trained initial state

    /// <param name="context">What the pass is unrolled for.</param>
    /// <param name="name">The name of the state.</param>
    /// <param name="size">Its size.</param>
    /// <param name="initial">[size]: the parameter that a sequence starts from; null for 0.</param>
    public CarriedState(PassContext<T> context, string name, int size, Parameter<T>? initial = null)
    {
        _context = context;
        _initial = initial;
        _beganFresh = new bool[context.Batch];
        _started = new int[initial is null ? 0 : context.Batch];
        State = new RecurrentState<T>(name, context.Batch, size, context.HasBackward, initial);
        Values = new StepBuffer<T>(context.Steps + 1, context.Batch, size);
        Gradient = new StepBuffer<T>(1, context.HasBackward ? context.Batch : 0, size);
    }

    public RecurrentState<T> State { get; }

    /// <summary>[T+1, B, size].</summary>
    public StepBuffer<T> Values { get; }

    /// <summary>[1, B, size]: the gradient with respect to the state of the step that is gone back through next.</summary>
    public StepBuffer<T> Gradient { get; }

    /// <summary>Sets slot 0 to the states that the window starts from.</summary>
    public void Begin()
    {
        ReadOnlySpan<T> value = State.Value;
        for (int row = 0; row < _context.Batch; row++)
        {
            int sequence = _context.Window.Sequence(row);
            _beganFresh[sequence] = _initial != null && State.IsFresh(sequence);
            Span<T> start = Values.Rows(0, row, 1);
            value.Slice(sequence * State.Size, State.Size).CopyTo(start);
            if (_context.Window.Length(row) == 0)
            {
                start.Clear();                          // no number of such a sequence has a part in a product over all steps
            }
        }
    }

    /// <summary>Hands out the state after the last step of every sequence.</summary>
    public void End()
    {
        Span<T> value = State.Value;
        for (int row = 0; row < _context.Batch; row++)
        {
            int length = _context.Window.Length(row);
            if (length > 0)
            {
                Values.Rows(length, row, 1).CopyTo(Of(value, row));
            }
        }
    }

    /// <summary>Takes the gradient with respect to the state after the last step of every sequence.</summary>
    public void BeginBackward()
    {
        for (int row = 0; row < _context.Batch; row++)
        {
            Of(State.FinalGradient, row).CopyTo(Gradient.Rows(0, row, 1));
        }

        State.FinalGradient.Clear();
    }

    /// <summary>Hands out the gradient with respect to slot 0.</summary>
    public void EndBackward()
    {
        for (int row = 0; row < _context.Batch; row++)
        {
            Gradient.Rows(0, row, 1).CopyTo(Of(State.InitialGradient, row));
        }

        SmallNumbers.Flush(State.InitialGradient);

        AddInitialGradient();
    }

    /// <summary>
    /// Adds to the gradient of the trained initial state: the sum over the sequences that started from it, in the order of the batch.
    /// </summary>
    private void AddInitialGradient()
    {
        if (_initial is not { IsFrozen: false })
        {
            return;
        }

        int count = 0;
        for (int sequence = 0; sequence < _context.Batch; sequence++)
        {
            if (_beganFresh[sequence])
            {
                _started[count++] = sequence;
            }
        }

        RowSums.AddTo<T>(State.InitialGradient, _started.AsSpan(0, count), _initial.Gradient);
    }

    /// <summary>Returns the part of a state's vector that belongs to the sequence in a row.</summary>
    private Span<T> Of(Span<T> values, int row) => values.Slice(_context.Window.Sequence(row) * State.Size, State.Size);
}
