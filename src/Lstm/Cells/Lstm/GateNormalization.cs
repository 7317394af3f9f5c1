using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The layer normalisation of an LSTM's pre-activations, in groups of columns: its forward pass runs before the equations, its backward
/// pass after them. Gain and shift are [columns], and another [columns] for R h' where that is normalised separately.
/// </summary>
internal sealed class GateNormalization<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of groups of columns, each normalised on its own.</summary>
    public required int Groups { get; init; }

    /// <summary>The number of columns of all groups.</summary>
    public required int Columns { get; init; }

    public required T Epsilon { get; init; }

    public required VectorBlock<T> Gain { get; init; }

    /// <summary>The shift, of the shape of <see cref="Gain"/>, or null.</summary>
    public required VectorBlock<T>? Shift { get; init; }

    /// <summary>The bias b [columns] that is added before the normalisation, or null.</summary>
    public required VectorBlock<T>? InnerBias { get; init; }

    /// <summary>x̂ of the gates.</summary>
    public required CacheBlock Normalized { get; init; }

    /// <summary>r of each group, and of R h'.</summary>
    public required CacheBlock Scales { get; init; }

    /// <summary>R h' where it is normalised separately, or null; its x̂ takes its place.</summary>
    public required SignalBlock? Recurrent { get; init; }

    /// <summary>Turns the pre-activations in the gates into normalised ones.</summary>
    public void Forward(in CellStep<T> step, int cacheSize)
    {
        if (InnerBias != null)
        {
            RowSums.AddToEach(InnerBias.Parameter.Current, step.Gates);
        }

        Numbers<T> caches = Numbers<T>.Of(step.Caches);
        NormalizedRow<T> at = FirstRow(step), recurrent = FirstRecurrentRow(step, at) with { Accumulates = true, Result = at.Values };
        for (int row = 0; row < step.Rows; row++)
        {
            caches.Prefetch((row + 1) * cacheSize, cacheSize);                          // written next
            LayerNormalization<T>.Forward(at);
            at.MoveOn(Columns, cacheSize, cacheSize, vectors: 0);
            if (Recurrent != null)
            {
                LayerNormalization<T>.Forward(recurrent);
                recurrent.MoveOn(Columns, Columns, cacheSize, vectors: 0);
            }
        }
    }

    /// <summary>
    /// Turns the gradient at the normalised pre-activations into that at W x; where R h' is normalised separately, its gradient takes its
    /// place.
    /// </summary>
    public void Backward(in CellStep<T> step, int cacheSize)
    {
        int vectors = step.VectorSize;
        NormalizedRow<T> at = FirstRow(step);
        at.GainGradient = Numbers<T>.Of(step.VectorGradients) + Gain.Offset;
        at.ShiftGradient = Shift is null ? default : Numbers<T>.Of(step.VectorGradients) + Shift.Offset;
        NormalizedRow<T> recurrent = FirstRecurrentRow(step, at);
        (recurrent.Result, recurrent.Values) = (recurrent.Normalized, at.Values);
        for (int row = 0; row < step.Rows; row++)
        {
            if (Recurrent != null)
            {
                LayerNormalization<T>.Backward(recurrent);
                recurrent.MoveOn(Columns, Columns, cacheSize, vectors);
            }

            LayerNormalization<T>.Backward(at);
            at.MoveOn(Columns, cacheSize, cacheSize, vectors);
        }

        for (int row = 0; InnerBias != null && row < step.Rows; row++)
        {
            Span<T> gradient = step.Gradient(InnerBias, row);
            TensorPrimitives.Add(gradient, step.Gates.Slice(row * Columns, Columns), gradient);
        }
    }

    private NormalizedRow<T> FirstRow(in CellStep<T> step)
    {
        Numbers<T> gates = Numbers<T>.Of(step.Gates), cache = Numbers<T>.Of(step.Caches);
        return new()
        {
            Groups = Groups,
            Size = Columns / Groups,
            Epsilon = Epsilon,
            Values = gates,
            Result = gates,
            Normalized = cache + Normalized.Offset,
            Scales = cache + Scales.Offset,
            Gain = Numbers<T>.Of(Gain.Parameter.Current),
            Shift = Shift is null ? default : Numbers<T>.Of(Shift.Parameter.Current),
        };
    }

    private NormalizedRow<T> FirstRecurrentRow(in CellStep<T> step, in NormalizedRow<T> at)
    {
        if (Recurrent is null)
        {
            return at;
        }

        Numbers<T> values = Numbers<T>.Of(step.AllOf(Recurrent));
        return at with
        {
            Groups = 1,
            Size = Columns,
            Values = values,
            Normalized = values,
            Scales = at.Scales + 1,
            Gain = at.Gain + Columns,
            Shift = at.Shift.IsNone ? default : at.Shift + Columns,
            GainGradient = at.GainGradient + Columns,
            ShiftGradient = at.ShiftGradient.IsNone ? default : at.ShiftGradient + Columns,
        };
    }
}
