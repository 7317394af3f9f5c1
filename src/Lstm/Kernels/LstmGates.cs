using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>
/// The gates of an LSTM with peepholes, forward and backward (Greff et al., "LSTM: A Search Space Odyssey", 2017, section II).
/// Without peepholes the terms of p are not computed.
/// </summary>
internal static unsafe class LstmGates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers of a row that <see cref="ForwardStep{T}.Cache"/> holds: tanh(c).</summary>
    public static int CacheSize(int hiddenSize) => hiddenSize;

    /// <param name="step">The step.</param>
    /// <param name="b">[4H] biases of i f g o.</param>
    /// <param name="p">[3H] peephole weights of i f o, or empty.</param>
    public static void Forward(in ForwardStep<T> step, ReadOnlySpan<T> b, ReadOnlySpan<T> p)
    {
        int size = step.HiddenSize;
        fixed (T* gates = step.Gates, cellBefore = step.CellBefore, cell = step.Cell, hidden = step.Hidden, tanhCell = step.Cache)
        fixed (T* bias = b, peephole = p)
        {
            for (int row = 0; row < step.Rows; row++)
            {
                Buffers at = new()
                {
                    Size = size,
                    Bias = bias,
                    Peephole = peephole,
                    Gates = gates + (nint)row * 4 * size,
                    CellBefore = cellBefore + (nint)row * size,
                    Cell = cell + (nint)row * size,
                    Hidden = hidden + (nint)row * size,
                    TanhCell = tanhCell + (nint)row * size,
                };
                if (p.IsEmpty)
                {
                    LaneLoop<T>.Run<ForwardUnits<Off>, Buffers>(at, size);
                }
                else
                {
                    LaneLoop<T>.Run<ForwardUnits<On>, Buffers>(at, size);
                }
            }
        }
    }

    /// <param name="step">The step; a row of its gradients is [db 4H][dp 3H].</param>
    /// <param name="p">[3H] peephole weights of i f o, or empty.</param>
    public static void Backward(in BackwardStep<T> step, ReadOnlySpan<T> p)
    {
        int size = step.HiddenSize;
        int vectors = p.IsEmpty ? 4 * size : 7 * size;
        fixed (T* gates = step.Gates, cellBefore = step.CellBefore, cell = step.Cell, tanhCell = step.Cache, peephole = p)
        fixed (T* dy = step.OutputGradient, dh = step.HiddenGradient, dc = step.CellGradient, rowGradients = step.RowGradients)
        {
            for (int row = 0; row < step.Rows; row++)
            {
                Buffers at = new()
                {
                    Size = size,
                    Peephole = peephole,
                    Gates = gates + (nint)row * 4 * size,
                    CellBefore = cellBefore + (nint)row * size,
                    Cell = cell + (nint)row * size,
                    TanhCell = tanhCell + (nint)row * size,
                    OutputGradient = dy + (nint)row * size,
                    HiddenGradient = dh + (nint)row * size,
                    CellGradient = dc + (nint)row * size,
                    BiasGradient = rowGradients + (nint)row * vectors,
                    PeepholeGradient = rowGradients + (nint)row * vectors + 4 * size,
                };
                if (p.IsEmpty)
                {
                    LaneLoop<T>.Run<BackwardUnits<Off>, Buffers>(at, size);
                }
                else
                {
                    LaneLoop<T>.Run<BackwardUnits<On>, Buffers>(at, size);
                }
            }
        }
    }

    private readonly struct ForwardUnits<TPeepholes> : ILaneKernel<Buffers, T>
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
                TLane ai = TLane.Load(at.Gates + u) + TLane.Load(at.Bias + u);
                TLane af = TLane.Load(at.Gates + n + u) + TLane.Load(at.Bias + n + u);
                TLane ag = TLane.Load(at.Gates + 2 * n + u) + TLane.Load(at.Bias + 2 * n + u);
                TLane ao = TLane.Load(at.Gates + 3 * n + u) + TLane.Load(at.Bias + 3 * n + u);
                if (TPeepholes.IsOn)
                {
                    ai += TLane.Load(at.Peephole + u) * cPrev;
                    af += TLane.Load(at.Peephole + n + u) * cPrev;
                }

                TLane i = Elementary.Sigmoid<TLane, T>(ai);             // (1)
                TLane f = Elementary.Sigmoid<TLane, T>(af);             // (2)
                TLane g = Elementary.Tanh<TLane, T>(ag);                // (3)
                TLane c = f * cPrev + i * g;                            // (4)
                if (TPeepholes.IsOn)
                {
                    ao += TLane.Load(at.Peephole + 2 * n + u) * c;
                }

                TLane o = Elementary.Sigmoid<TLane, T>(ao);             // (5)
                TLane tanhC = Elementary.Tanh<TLane, T>(c);
                TLane h = o * tanhC;                                    // (6)

                i.Store(at.Gates + u);
                f.Store(at.Gates + n + u);
                g.Store(at.Gates + 2 * n + u);
                o.Store(at.Gates + 3 * n + u);
                c.Store(at.Cell + u);
                tanhC.Store(at.TanhCell + u);
                h.Store(at.Hidden + u);
            }

            return u;
        }
    }

    private readonly struct BackwardUnits<TPeepholes> : ILaneKernel<Buffers, T>
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
                TLane o = TLane.Load(at.Gates + 3 * n + u);
                TLane tanhC = TLane.Load(at.TanhCell + u);

                TLane dh = TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);
                TLane dao = dh * tanhC * o * (one - o);                                             // (6)(5)
                TLane dc = TLane.Load(at.CellGradient + u) + dh * o * (one - tanhC * tanhC);        // (6)
                if (TPeepholes.IsOn)
                {
                    dc += TLane.Load(at.Peephole + 2 * n + u) * dao;                                // (5)
                }

                TLane dag = dc * i * (one - g * g);                                                 // (4)(3)
                TLane daf = dc * cPrev * f * (one - f);                                             // (4)(2)
                TLane dai = dc * g * i * (one - i);                                                 // (4)(1)
                TLane dcPrev = dc * f;                                                              // (4)
                if (TPeepholes.IsOn)
                {
                    dcPrev += TLane.Load(at.Peephole + u) * dai;                                    // (1)
                    dcPrev += TLane.Load(at.Peephole + n + u) * daf;                                // (2)
                    Add(at.PeepholeGradient + u, dai * cPrev);                                      // (1)
                    Add(at.PeepholeGradient + n + u, daf * cPrev);                                  // (2)
                    Add(at.PeepholeGradient + 2 * n + u, dao * TLane.Load(at.Cell + u));            // (5)
                }

                Add(at.BiasGradient + u, dai);                                                      // (1)
                Add(at.BiasGradient + n + u, daf);                                                  // (2)
                Add(at.BiasGradient + 2 * n + u, dag);                                              // (3)
                Add(at.BiasGradient + 3 * n + u, dao);                                              // (5)

                dai.Store(at.Gates + u);
                daf.Store(at.Gates + n + u);
                dag.Store(at.Gates + 2 * n + u);
                dao.Store(at.Gates + 3 * n + u);
                dcPrev.Store(at.CellGradient + u);
            }

            return u;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLane>(T* sum, TLane term)
        where TLane : unmanaged, ILane<TLane, T> => (TLane.Load(sum) + term).Store(sum);

    /// <summary>One row; shapes as in <see cref="ForwardStep{T}"/> and <see cref="BackwardStep{T}"/>.</summary>
    private struct Buffers
    {
        public int Size;
        public T* Bias, Peephole;
        public T* Gates, CellBefore, Cell, Hidden, TanhCell;
        public T* OutputGradient, HiddenGradient, CellGradient, BiasGradient, PeepholeGradient;
    }
}
