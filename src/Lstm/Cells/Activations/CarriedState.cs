using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>A state at every step of a window, slot 0 being the initial one, and the gradient that is carried back.</summary>
internal sealed class CarriedState<T>(PassContext<T> context, string name, int size, Parameter<T>? initial)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool[] _beganFresh = new bool[context.Batch];      // whether a sequence started from the trained initial state
    private readonly int[] _started = new int[initial is null ? 0 : context.Batch];     // the sequences that did

    public RecurrentState<T> State { get; } = new(name, context.Batch, size, context.HasBackward, initial);

    /// <summary>[T+1, B, size].</summary>
    public StepBuffer<T> Values { get; } = new(context.Steps + 1, context.Batch, size);

    /// <summary>[1, B, size]: the gradient with respect to the state of the step that is gone back through next.</summary>
    public StepBuffer<T> Gradient { get; } = new(1, context.HasBackward ? context.Batch : 0, size);

    /// <summary>Sets slot 0 to the states that the window starts from.</summary>
    public void Begin()
    {
        ReadOnlySpan<T> value = State.Value;
        for (int row = 0; row < context.Batch; row++)
        {
            int sequence = context.Window.Sequence(row);
            _beganFresh[sequence] = State.Initial != null && State.IsFresh(sequence);
            Span<T> start = Values.Rows(0, row, 1);
            value.Slice(sequence * State.Size, State.Size).CopyTo(start);
            if (context.Window.Length(row) == 0)
            {
                start.Clear();                          // no number of such a sequence has a part in a product over all steps
            }
        }
    }

    /// <summary>Hands out the state after the last step of every sequence.</summary>
    public void End()
    {
        Span<T> value = State.Value;
        for (int row = 0; row < context.Batch; row++)
        {
            int length = context.Window.Length(row);
            if (length > 0)
            {
                Values.Rows(length, row, 1).CopyTo(Of(value, row));
            }
        }
    }

    /// <summary>Takes the gradient with respect to the state after the last step of every sequence.</summary>
    public void BeginBackward()
    {
        for (int row = 0; row < context.Batch; row++)
        {
            Of(State.FinalGradient, row).CopyTo(Gradient.Rows(0, row, 1));
        }

        State.FinalGradient.Clear();
    }

    /// <summary>Hands out the gradient with respect to slot 0.</summary>
    public void EndBackward()
    {
        for (int row = 0; row < context.Batch; row++)
        {
            Gradient.Rows(0, row, 1).CopyTo(Of(State.InitialGradient, row));
        }

        AddInitialGradient();
    }

    /// <summary>
    /// Adds to the gradient of the trained initial state: the sum over the sequences that started from it, in the order of the batch.
    /// </summary>
    private void AddInitialGradient()
    {
        if (State.Initial is not { IsFrozen: false })
        {
            return;
        }

        int count = 0;
        for (int sequence = 0; sequence < context.Batch; sequence++)
        {
            if (_beganFresh[sequence])
            {
                _started[count++] = sequence;
            }
        }

        RowSums.AddTo<T>(State.InitialGradient, _started.AsSpan(0, count), State.Initial.Gradient);
    }

    /// <summary>Returns the part of a state's vector that belongs to the sequence in a row.</summary>
    private Span<T> Of(Span<T> values, int row) => values.Slice(context.Window.Sequence(row) * State.Size, State.Size);
}
