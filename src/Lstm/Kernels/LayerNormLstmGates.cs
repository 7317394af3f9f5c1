using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The gates of a layer-normalised LSTM in the placement of TensorFlow's LayerNormBasicLSTMCell (Ba et al., "Layer Normalization", 2016):
/// every gate is normalised on its own over the hidden units, there is no bias but the shifts, and the normalised cell state is both
/// used and carried. Peephole terms are added after the normalisation of their gate.
/// </summary>
internal static unsafe class LayerNormLstmGates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers of a row that <see cref="ForwardStep{T}.Cache"/> holds: x̂ of i f g o and of c, tanh(c), and the five r.</summary>
    public static int CacheSize(int hiddenSize) => 6 * hiddenSize + 5;

    /// <summary>All vectors: gain 4H, shift 4H, cell gain H, cell shift H, and 3H peephole weights if there are any.</summary>
    public static int VectorSize(int hiddenSize, bool peepholes) => (peepholes ? 13 : 10) * hiddenSize;

    public static void Forward(in ForwardStep<T> step, in LayerNormVectors<T> vectors)
    {
        int size = step.HiddenSize;
        fixed (T* gates = step.Gates, cellBefore = step.CellBefore, cell = step.Cell, hidden = step.Hidden, cache = step.Cache)
        fixed (T* gain = vectors.Gain, shift = vectors.Shift, cellGain = vectors.CellGain, cellShift = vectors.CellShift)
        fixed (T* peephole = vectors.Peephole)
        {
            for (int row = 0; row < step.Rows; row++)
            {
                T* rowCache = cache + (nint)row * CacheSize(size);
                Buffers at = new()
                {
                    Size = size,
                    Gain = gain,
                    Shift = shift,
                    CellGain = cellGain,
                    CellShift = cellShift,
                    Peephole = peephole,
                    Gates = gates + (nint)row * 4 * size,
                    CellBefore = cellBefore + (nint)row * size,
                    Cell = cell + (nint)row * size,
                    Hidden = hidden + (nint)row * size,
                    Normalized = rowCache,
                    CellNormalized = rowCache + 4 * size,
                    TanhCell = rowCache + 5 * size,
                    Scale = rowCache + 6 * size,
                };
                if (vectors.Peephole.IsEmpty)
                {
                    ForwardRow<Off>(at, vectors.Epsilon);
                }
                else
                {
                    ForwardRow<On>(at, vectors.Epsilon);
                }
            }
        }
    }

    public static void Backward(in BackwardStep<T> step, in LayerNormVectors<T> vectors)
    {
        int size = step.HiddenSize;
        int vectorSize = VectorSize(size, !vectors.Peephole.IsEmpty);
        fixed (T* gates = step.Gates, cellBefore = step.CellBefore, cell = step.Cell, cache = step.Cache)
        fixed (T* dy = step.OutputGradient, dh = step.HiddenGradient, dc = step.CellGradient, rowGradients = step.RowGradients)
        fixed (T* gain = vectors.Gain, cellGain = vectors.CellGain, peephole = vectors.Peephole)
        {
            for (int row = 0; row < step.Rows; row++)
            {
                T* rowCache = cache + (nint)row * CacheSize(size);
                T* gradients = rowGradients + (nint)row * vectorSize;
                Buffers at = new()
                {
                    Size = size,
                    Gain = gain,
                    CellGain = cellGain,
                    Peephole = peephole,
                    Gates = gates + (nint)row * 4 * size,
                    CellBefore = cellBefore + (nint)row * size,
                    Cell = cell + (nint)row * size,
                    Normalized = rowCache,
                    CellNormalized = rowCache + 4 * size,
                    TanhCell = rowCache + 5 * size,
                    Scale = rowCache + 6 * size,
                    OutputGradient = dy + (nint)row * size,
                    HiddenGradient = dh + (nint)row * size,
                    CellGradient = dc + (nint)row * size,
                    GainGradient = gradients,
                    ShiftGradient = gradients + 4 * size,
                    CellGainGradient = gradients + 8 * size,
                    CellShiftGradient = gradients + 9 * size,
                    PeepholeGradient = gradients + 10 * size,
                };
                if (vectors.Peephole.IsEmpty)
                {
                    BackwardRow<Off>(at);
                }
                else
                {
                    BackwardRow<On>(at);
                }
            }
        }
    }

    private static void ForwardRow<TPeepholes>(in Buffers at, T epsilon)
        where TPeepholes : ISwitch
    {
        int n = at.Size;
        for (int gate = 0; gate < 4; gate++)                                                // (1) x̂ of i f g o
        {
            at.Scale[gate] = LayerNormalization<T>.Forward(at.Gates + gate * n, n, epsilon, at.Normalized + gate * n);
        }

        LaneLoop<T>.Run<ForwardToCell<TPeepholes>, Buffers>(at, n);

        at.Scale[4] = LayerNormalization<T>.Forward(at.Cell, n, epsilon, at.CellNormalized);    // (6) x̂ of c
        LaneLoop<T>.Run<ForwardFromCell<TPeepholes>, Buffers>(at, n);
    }

    private readonly struct ForwardToCell<TPeepholes> : ILaneKernel<Buffers, T>
        where TPeepholes : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Buffers at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int n = at.Size;
                TLane cPrev = TLane.Load(at.CellBefore + u);
                TLane ai = Affine<TLane>(at.Gain + u, at.Normalized + u, at.Shift + u);
                TLane af = Affine<TLane>(at.Gain + n + u, at.Normalized + n + u, at.Shift + n + u);
                TLane ag = Affine<TLane>(at.Gain + 2 * n + u, at.Normalized + 2 * n + u, at.Shift + 2 * n + u);
                if (TPeepholes.IsOn)
                {
                    ai += TLane.Load(at.Peephole + u) * cPrev;
                    af += TLane.Load(at.Peephole + n + u) * cPrev;
                }

                TLane i = Elementary.Sigmoid<TLane, T>(ai);                                         // (2)
                TLane f = Elementary.Sigmoid<TLane, T>(af);                                         // (3)
                TLane g = Elementary.Tanh<TLane, T>(ag);                                            // (4)
                TLane raw = f * cPrev + i * g;                                                      // (5) c before its normalisation

                i.Store(at.Gates + u);
                f.Store(at.Gates + n + u);
                g.Store(at.Gates + 2 * n + u);
                raw.Store(at.Cell + u);
            }

            return u;
        }
    }

    private readonly struct ForwardFromCell<TPeepholes> : ILaneKernel<Buffers, T>
        where TPeepholes : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Buffers at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int n = at.Size;
                TLane c = Affine<TLane>(at.CellGain + u, at.CellNormalized + u, at.CellShift + u);  // (7)
                TLane ao = Affine<TLane>(at.Gain + 3 * n + u, at.Normalized + 3 * n + u, at.Shift + 3 * n + u);
                if (TPeepholes.IsOn)
                {
                    ao += TLane.Load(at.Peephole + 2 * n + u) * c;
                }

                TLane o = Elementary.Sigmoid<TLane, T>(ao);                                         // (8)
                TLane tanhC = Elementary.Tanh<TLane, T>(c);
                TLane h = o * tanhC;                                                                // (9)

                o.Store(at.Gates + 3 * n + u);
                c.Store(at.Cell + u);
                tanhC.Store(at.TanhCell + u);
                h.Store(at.Hidden + u);
            }

            return u;
        }
    }

    private static void BackwardRow<TPeepholes>(in Buffers at)
        where TPeepholes : ISwitch
    {
        int n = at.Size;
        LaneLoop<T>.Run<BackwardToCell<TPeepholes>, Buffers>(at, n);

        LayerNormalization<T>.Backward(at.CellGradient, at.CellNormalized, at.Scale[4], n, at.CellGradient);    // (6)
        LaneLoop<T>.Run<BackwardFromCell<TPeepholes>, Buffers>(at, n);

        for (int gate = 0; gate < 4; gate++)                                                // (1)
        {
            T* gradient = at.Gates + gate * n;
            LayerNormalization<T>.Backward(gradient, at.Normalized + gate * n, at.Scale[gate], n, gradient);
        }
    }

    /// <summary>Leaves dx̂ of o in its gate and dx̂ of c in the cell gradient.</summary>
    private readonly struct BackwardToCell<TPeepholes> : ILaneKernel<Buffers, T>
        where TPeepholes : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Buffers at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int n = at.Size;
                TLane one = TLane.Broadcast(T.One);
                TLane o = TLane.Load(at.Gates + 3 * n + u);
                TLane tanhC = TLane.Load(at.TanhCell + u);

                TLane dh = TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);
                TLane dao = dh * tanhC * o * (one - o);                                             // (9)(8)
                TLane dc = TLane.Load(at.CellGradient + u) + dh * o * (one - tanhC * tanhC);        // (9)
                if (TPeepholes.IsOn)
                {
                    dc += TLane.Load(at.Peephole + 2 * n + u) * dao;                                // (8)
                    Add(at.PeepholeGradient + 2 * n + u, dao * TLane.Load(at.Cell + u));            // (8)
                }

                Add(at.CellGainGradient + u, dc * TLane.Load(at.CellNormalized + u));               // (7)
                Add(at.CellShiftGradient + u, dc);                                                  // (7)
                (dc * TLane.Load(at.CellGain + u)).Store(at.CellGradient + u);                      // (7)
                BackwardAffine(at, 3, u, dao);                                                      // (8)
            }

            return u;
        }
    }

    /// <summary>Leaves dx̂ of i f g in their gates and dc of the step before in the cell gradient.</summary>
    private readonly struct BackwardFromCell<TPeepholes> : ILaneKernel<Buffers, T>
        where TPeepholes : ISwitch
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Buffers at, int u, int count)
            where TLane : unmanaged, ILane<TLane, T>
        {
            for (; u <= count - TLane.Count; u += TLane.Count)
            {
                int n = at.Size;
                TLane one = TLane.Broadcast(T.One);
                TLane cPrev = TLane.Load(at.CellBefore + u);
                TLane i = TLane.Load(at.Gates + u);
                TLane f = TLane.Load(at.Gates + n + u);
                TLane g = TLane.Load(at.Gates + 2 * n + u);
                TLane dRaw = TLane.Load(at.CellGradient + u);

                TLane dag = dRaw * i * (one - g * g);                                               // (5)(4)
                TLane daf = dRaw * cPrev * f * (one - f);                                           // (5)(3)
                TLane dai = dRaw * g * i * (one - i);                                               // (5)(2)
                TLane dcPrev = dRaw * f;                                                            // (5)
                if (TPeepholes.IsOn)
                {
                    dcPrev += TLane.Load(at.Peephole + u) * dai;                                    // (2)
                    dcPrev += TLane.Load(at.Peephole + n + u) * daf;                                // (3)
                    Add(at.PeepholeGradient + u, dai * cPrev);                                      // (2)
                    Add(at.PeepholeGradient + n + u, daf * cPrev);                                  // (3)
                }

                dcPrev.Store(at.CellGradient + u);
                BackwardAffine(at, 0, u, dai);                                                      // (2)
                BackwardAffine(at, 1, u, daf);                                                      // (3)
                BackwardAffine(at, 2, u, dag);                                                      // (4)
            }

            return u;
        }
    }

    /// <summary>gain * x̂ + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Affine<TLane>(T* gain, T* normalized, T* shift)
        where TLane : unmanaged, ILane<TLane, T> => TLane.Load(gain) * TLane.Load(normalized) + TLane.Load(shift);

    /// <summary>a = gain * x̂ + shift: dgain += da * x̂, dshift += da, dx̂ = da * gain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BackwardAffine<TLane>(in Buffers at, int gate, int u, TLane da)
        where TLane : unmanaged, ILane<TLane, T>
    {
        int k = gate * at.Size + u;
        Add(at.GainGradient + k, da * TLane.Load(at.Normalized + k));
        Add(at.ShiftGradient + k, da);
        (da * TLane.Load(at.Gain + k)).Store(at.Gates + k);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLane>(T* sum, TLane term)
        where TLane : unmanaged, ILane<TLane, T> => (TLane.Load(sum) + term).Store(sum);

    /// <summary>One row; shapes as in <see cref="ForwardStep{T}"/> and <see cref="BackwardStep{T}"/>.</summary>
    private struct Buffers
    {
        public int Size;
        public T* Gain, Shift, CellGain, CellShift, Peephole;
        public T* Gates, CellBefore, Cell, Hidden;
        public T* Normalized, CellNormalized, TanhCell, Scale;
        public T* OutputGradient, HiddenGradient, CellGradient;
        public T* GainGradient, ShiftGradient, CellGainGradient, CellShiftGradient, PeepholeGradient;
    }
}

/// <summary>The vectors of a layer-normalised LSTM.</summary>
internal readonly ref struct LayerNormVectors<T>
    where T : unmanaged
{
    /// <summary>[4H] of i f g o.</summary>
    public required ReadOnlySpan<T> Gain { get; init; }

    /// <summary>[4H] of i f g o.</summary>
    public required ReadOnlySpan<T> Shift { get; init; }

    /// <summary>[H].</summary>
    public required ReadOnlySpan<T> CellGain { get; init; }

    /// <summary>[H].</summary>
    public required ReadOnlySpan<T> CellShift { get; init; }

    /// <summary>[3H] of i f o, or empty.</summary>
    public required ReadOnlySpan<T> Peephole { get; init; }

    public required T Epsilon { get; init; }
}
