using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// One state of a recurrent layer over the steps of a window, and its gradient. With zoneout, <c>s = m*s_new + (1-m)*s'</c>, the state that
/// the cell writes is kept beside the mixture (Krueger et al., "Zoneout", 2017; (7) and (8) of docs/lstm.md).
/// </summary>
internal sealed class StateActivations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly StateBlock _block;
    private readonly RecurrentMask<T>? _mask;
    private readonly StepBuffer<T>? _held;              // [1,B,size]: the gradient that zoneout passes to the step before
    private StepBuffer<T>? _late;

    public StateActivations(PassContext<T> context, StateBlock block, Parameter<T>? initial)
    {
        (_context, _block) = (context, block);
        State = new CarriedState<T>(context, block.Name, block.Size, initial);
        _mask = RecurrentMask<T>.Zoneout(context, context.Steps, block.Size, block.Zoneout);
        Written = _mask is null ? State.Values : new StepBuffer<T>(context.Steps, context.Batch, block.Size);
        WrittenSlot = _mask is null ? 1 : 0;
        _held = _mask is null ? null : new StepBuffer<T>(1, context.HasBackward ? context.Batch : 0, block.Size);
    }

    public CarriedState<T> State { get; }

    /// <summary>The state as the cell writes it, that of step t in slot t + <see cref="WrittenSlot"/>.</summary>
    public StepBuffer<T> Written { get; }

    /// <inheritdoc cref="Written"/>
    public int WrittenSlot { get; }

    /// <summary>Whether products of stage 0 find a gradient there already and add to it; otherwise they assign it.</summary>
    public bool HasOtherGradient => _block.IsRead || _mask != null || _late != null;

    /// <summary>
    /// Returns the gradient [1,B,size] that products of later stages pass to the step before, while the cell still needs that of this step.
    /// </summary>
    public StepBuffer<T> LateGradient() => _late ??= new StepBuffer<T>(1, _context.HasBackward ? _context.Batch : 0, _block.Size);

    public void Draw(int t, int first, int rows) => _mask?.Draw(t, first, rows);

    /// <summary>Mixes the state after the cell's forward step: s = m*s_new + (1-m)*s'.</summary>
    public void Mix(int t, int first, int rows)
    {
        if (_mask != null)
        {
            Mixture.Forward<T>(
                _mask.Rows(t, first, rows),
                Written.Rows(t, first, rows),
                State.Values.Rows(t, first, rows),
                State.Values.Rows(t + 1, first, rows));
        }
    }

    /// <summary>Splits the gradient before the cell's backward step: the cell gets m*ds, and (1-m)*ds passes to the step before.</summary>
    public void MixBackward(int t, int first, int rows)
    {
        if (_mask != null)
        {
            Mixture.Backward<T>(_mask.Rows(t, first, rows), State.Gradient.Rows(0, first, rows), _held!.Rows(0, first, rows));
        }
    }

    /// <summary>
    /// Completes the gradient at the step before, after the cell's backward step: the part that the cell has left, and the parts that have
    /// come from elsewhere so far.
    /// </summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="isReached">Whether products of stage 0 still assign or add to it.</param>
    public void EndBackward(int first, int rows, bool isReached)
    {
        Span<T> gradient = State.Gradient.Rows(0, first, rows);
        bool hasPart = _block.IsRead;
        hasPart = Include(_held, gradient, first, rows, hasPart);
        hasPart = Include(_late, gradient, first, rows, hasPart);
        if (!hasPart && !isReached)
        {
            gradient.Clear();
        }
    }

    public void ClearPadding(int t, int first, int rows)
    {
        if (_block.IsOutput || _block.IsSource)
        {
            State.Values.Rows(t + 1, first, rows).Clear();
        }
    }

    private static bool Include(StepBuffer<T>? part, Span<T> gradient, int first, int rows, bool adds)
    {
        if (part is null)
        {
            return adds;
        }

        ReadOnlySpan<T> values = part.Rows(0, first, rows);
        if (adds)
        {
            TensorPrimitives.Add(gradient, values, gradient);
        }
        else
        {
            values.CopyTo(gradient);
        }

        return true;
    }
}
