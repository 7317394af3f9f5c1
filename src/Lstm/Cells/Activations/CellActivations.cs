using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The activations that a recurrent layer keeps of every step of a window, as its cell declares them, and the gradients that it carries
/// back. G is the size of all gates, V that of all vectors.
/// </summary>
internal sealed class CellActivations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public CellActivations(PassContext<T> context, Cell<T> cell)
    {
        Cell = cell;
        bool training = context.HasBackward;
        Gates = Steps(cell.GateSize);
        Cache = Steps(cell.CacheSize);
        Signals = [.. cell.Signals.Select(signal => Steps(signal.Size))];
        SignalGradients = [.. cell.Signals.Select(signal => OneStep(training && signal.IsSource ? signal.Size : 0))];
        VectorSums = new StepSums<T>(context.Steps, context.Batch, training ? cell.VectorSize : 0);
        StepGradients = OneStep(context.StepClipping is { PreActivationNorm: > 0 } ? VectorSums.Width : 0);
        GradientLimit = T.CreateTruncating(context.StepClipping?.PreActivationGradient ?? 0);

        // In the order in which masks are numbered: the numbers that are drawn depend on it.
        Masks = [.. cell.Masks.Select(mask => RecurrentMask<T>.Dropout(context, context.Steps, mask.Size, mask.Rate))];
        HiddenDropout = cell.Options.HiddenDropout > 0 ? new HiddenDropout<T>(context, cell.OutputSize, cell.Options.HiddenDropout) : null;
        States = [.. cell.States.Select(state => new StateActivations<T>(context, state, cell.InitialStates[state.Index]))];
        Output = Of(cell.Output);

        StepBuffer<T> Steps(int width) => new(context.Steps, context.Batch, width);

        StepBuffer<T> OneStep(int width) => new(1, context.Batch, width);
    }

    public Cell<T> Cell { get; }

    public StateActivations<T>[] States { get; }

    public StateActivations<T> Output { get; }

    /// <summary>[T,B,G]: W x and what is added to it, then the gates, then their gradients dA.</summary>
    public StepBuffer<T> Gates { get; }

    /// <summary>[T,B,size] of each signal; after the backward step, a signal that a product gives holds its gradient.</summary>
    public StepBuffer<T>[] Signals { get; }

    /// <summary>[1,B,size]: the gradient of each signal that a product reads.</summary>
    public StepBuffer<T>[] SignalGradients { get; }

    /// <summary>[T,B,all caches].</summary>
    public StepBuffer<T> Cache { get; }

    /// <summary>The factors of each mask, or null where its rate is 0.</summary>
    public RecurrentMask<T>?[] Masks { get; }

    public HiddenDropout<T>? HiddenDropout { get; }

    /// <summary>[levels,B,V]: gradients of the cell's vectors, a row for each sequence, as sums of sums.</summary>
    public StepSums<T> VectorSums { get; }

    /// <summary>[1,B,V]: what a single step adds to <see cref="VectorSums"/>, where it is scaled first.</summary>
    public StepBuffer<T> StepGradients { get; }

    /// <summary>The largest magnitude of the gradients at the pre-activations, or 0 for none.</summary>
    public T GradientLimit { get; }

    public StateActivations<T> Of(StateBlock state) => States[state.Index];

    /// <summary>Returns the rows [rows, V] to which a backward step adds the gradients of the vectors.</summary>
    public Span<T> VectorGradients(int first, int rows) =>
        StepGradients.Width > 0 ? StepGradients.Rows(0, first, rows) : VectorSums.Rows(first, rows);

    /// <summary>Returns the buffer that a product reads, at step t in slot t.</summary>
    public StepBuffer<T> Source(CellProduct<T> product) => product.Source switch
    {
        StateBlock { IsOutput: true } when HiddenDropout != null => HiddenDropout.Values,
        StateBlock state => Of(state).State.Values,
        _ => Signals[((SignalBlock)product.Source).Index],
    };

    /// <summary>Returns the gradient [1,B,size] at the source of a product of a stage.</summary>
    public StepBuffer<T> SourceGradient(CellProduct<T> product, int stage) => product.Source switch
    {
        StateBlock { IsOutput: true } when HiddenDropout != null => HiddenDropout.Gradient,
        StateBlock state => stage == 0 ? Of(state).State.Gradient : Of(state).LateGradient(),
        _ => SignalGradients[((SignalBlock)product.Source).Index],
    };

    /// <summary>Returns the buffer [T,B,width] that takes a product's result, and then the gradient at it.</summary>
    public StepBuffer<T> Target(CellProduct<T> product) =>
        product.Target is SignalBlock signal ? Signals[signal.Index] : Gates;

    /// <summary>Sets to 0 the numbers of rows without a step t that the products over all steps and the next layer read.</summary>
    public void ClearPadding(int t, int first, int rows)
    {
        Gates.Rows(t, first, rows).Clear();
        foreach (StateActivations<T> state in States)
        {
            state.ClearPadding(t, first, rows);
        }

        foreach (StepBuffer<T> signal in Signals)
        {
            signal.Rows(t, first, rows).Clear();
        }

        HiddenDropout?.Values.Rows(t, first, rows).Clear();
    }
}
