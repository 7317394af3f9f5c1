using System.Numerics;

namespace Lstm.Kernels;

/// <summary>
/// Goes through the rows of a step of a gated recurrent unit: pre-activations to gates and h, and back. The equations are in
/// <see cref="GruUnits{T}"/>.
/// </summary>
internal static unsafe class GruGates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="step">The step.</param>
    /// <param name="stage">Where the reset is before the product: 0 for the gates, 1 for the candidate.</param>
    /// <param name="b">[3H] biases of r z n.</param>
    /// <param name="rb">[H] the bias of R_n h' where the reset is after the product; empty where it is before.</param>
    public static void Forward(in ForwardStep<T> step, int stage, ReadOnlySpan<T> b, ReadOnlySpan<T> rb)
    {
        if (!rb.IsEmpty)
        {
            Forward<GruUnits<T>.ForwardAfter>(step, b, rb);
        }
        else if (stage == 0)
        {
            Forward<GruUnits<T>.ForwardGates>(step, b, rb);
        }
        else
        {
            Forward<GruUnits<T>.ForwardCandidate>(step, b, rb);
        }
    }

    /// <param name="step">The step; a row of its gradients is [db 3H][drb H].</param>
    /// <param name="stage">Where the reset is before the product: 0 for the gates, 1 for the candidate.</param>
    /// <param name="resetAfter">Whether the reset is after the product.</param>
    public static void Backward(in BackwardStep<T> step, int stage, bool resetAfter)
    {
        if (resetAfter)
        {
            Backward<GruUnits<T>.BackwardAfter>(step, vectors: 4 * step.HiddenSize);
        }
        else if (stage == 0)
        {
            Backward<GruUnits<T>.BackwardGates>(step, vectors: 3 * step.HiddenSize);
        }
        else
        {
            Backward<GruUnits<T>.BackwardCandidate>(step, vectors: 3 * step.HiddenSize);
        }
    }

    private static void Forward<TUnits>(in ForwardStep<T> step, ReadOnlySpan<T> b, ReadOnlySpan<T> rb)
        where TUnits : ILaneKernel<GruRow<T>, T>
    {
        int n = step.HiddenSize;
        fixed (T* gates = step.Gates, recurrent = step.Recurrent, inner = step.Inner, hiddenBefore = step.HiddenBefore, hidden = step.Hidden)
        fixed (T* bias = b, recurrentBias = rb, dropped = step.Masks.Hidden, held = step.Masks.ZoneoutHidden)
        {
            for (nint row = 0; row < step.Rows; row++)
            {
                GruRow<T> at = new()
                {
                    Size = n,
                    Drops = dropped != null,
                    Holds = held != null,
                    Bias = bias,
                    RecurrentBias = recurrentBias,
                    Gates = gates + row * 3 * n,
                    Recurrent = recurrent + row * 3 * n,
                    Inner = inner + row * n,
                    HiddenBefore = hiddenBefore + row * n,
                    Hidden = hidden + row * n,
                    DropMask = dropped + row * n,
                    HoldMask = held + row * n,
                };
                LaneLoop<T>.Run<TUnits, GruRow<T>>(at, n);
            }
        }
    }

    private static void Backward<TUnits>(in BackwardStep<T> step, int vectors)
        where TUnits : ILaneKernel<GruRow<T>, T>
    {
        int n = step.HiddenSize;
        fixed (T* gates = step.Gates, recurrent = step.Recurrent, hiddenBefore = step.HiddenBefore, dInner = step.InnerGradient)
        fixed (T* dy = step.OutputGradient, dh = step.HiddenGradient, rowGradients = step.RowGradients)
        fixed (T* dropped = step.Masks.Hidden, held = step.Masks.ZoneoutHidden)
        {
            for (nint row = 0; row < step.Rows; row++)
            {
                GruRow<T> at = new()
                {
                    Size = n,
                    Drops = dropped != null,
                    Holds = held != null,
                    Gates = gates + row * 3 * n,
                    Recurrent = recurrent + row * 3 * n,
                    HiddenBefore = hiddenBefore + row * n,
                    DropMask = dropped + row * n,
                    HoldMask = held + row * n,
                    OutputGradient = dy + row * n,
                    HiddenGradient = dh + row * n,
                    InnerGradient = dInner + row * n,
                    BiasGradient = rowGradients + row * vectors,
                    RecurrentBiasGradient = rowGradients + row * vectors + 3 * n,
                    Limits = step.GradientLimit > T.Zero,
                    GradientLimit = step.GradientLimit,
                };
                LaneLoop<T>.Run<TUnits, GruRow<T>>(at, n);
            }
        }
    }
}

/// <summary>One row of a gated recurrent unit; shapes as in <see cref="ForwardStep{T}"/> and <see cref="BackwardStep{T}"/>.</summary>
internal unsafe struct GruRow<T>
    where T : unmanaged
{
    /// <summary>H; the columns of r, z and n start at 0, H and 2H.</summary>
    public int Size;

    /// <summary>Whether elements of h' are dropped from r*h', and whether elements of h stay as they were.</summary>
    public bool Drops, Holds;

    /// <summary>Whether da is limited, and to what magnitude.</summary>
    public bool Limits;
    public T GradientLimit;

    public T* Bias, RecurrentBias;
    public T* Gates, Recurrent, Inner, HiddenBefore, Hidden, DropMask, HoldMask;
    public T* OutputGradient, HiddenGradient, InnerGradient, BiasGradient, RecurrentBiasGradient;
}
