using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PublicApi.Tests.Cells;

/// <summary>
/// An LSTM with one gate for both remembering and writing, peepholes, dropout of what is written, a bias of its own, and an output of
/// another size, so that it has everything that a cell can declare:
/// <code>
/// f = sigmoid(W_f x + R_f h' + b_f + p_f*c')    g = tanh(W_g x + R_g h' + b_g)    c = f*c' + (1-f)*m*g
/// o = sigmoid(W_o x + R_o h' + b_o + p_o*c)     s = tanh(c)                       h = tanh(P (o*s))
/// </code>
/// </summary>
public sealed class PeepholeCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gate _f, _g, _o;
    private readonly GateRange _all;
    private readonly StateBlock _h, _c;
    private readonly CacheBlock _s;
    private readonly SignalBlock _gated, _projected;
    private readonly MaskBlock _m;
    private readonly VectorBlock<T> _b, _p;

    public PeepholeCell(int inputSize, int hiddenSize, int outputSize, RecurrentOptions? options = null, double dropout = 0)
        : base(inputSize, hiddenSize, options)
    {
        (_f, _g, _o) = (AddGate("f", Activation.Sigmoid), AddGate("g", Activation.Tanh), AddGate("o", Activation.Sigmoid));
        _all = RangeOf(_f, _o);
        (_c, _h) = (AddState("c", isRead: true), AddState("h", outputSize, isOutput: true));
        (_s, _m) = (AddCache("s"), AddMask("m", dropout));
        (_gated, _projected) = (AddSignal("o*s"), AddSignal("P (o*s)", outputSize));
        AddInputWeights();
        AddProduct("R", from: _h, to: _all);
        EndStage();
        AddProduct("P", from: _gated, to: _projected, Initializer.GlorotUniform);
        _b = AddVector("b", Initializer.Zero, [GateSize], blocks: 3);
        _p = AddVector("p", Initializer.Uniform(0.5), [2, hiddenSize], blocks: 2);
    }

    protected override void Forward(int stage, in CellStep<T> step)
    {
        ReadOnlySpan<T> b = step[_b], p = step[_p];
        for (int row = 0; row < step.Rows; row++)
        {
            if (stage == 1)
            {
                TensorPrimitives.Tanh(step[_projected, row], step[_h, row]);
                continue;
            }

            Span<T> a = step[_all, row], f = step[_f, row], g = step[_g, row], o = step[_o, row];
            Span<T> c = step[_c, row], s = step[_s, row];
            ReadOnlySpan<T> before = step.Before(_c, row), m = step[_m, row];
            TensorPrimitives.Add(a, b, a);
            TensorPrimitives.MultiplyAdd(p[..HiddenSize], before, f, f);
            TensorPrimitives.Sigmoid(f, f);
            TensorPrimitives.Tanh(g, g);
            for (int u = 0; u < HiddenSize; u++)
            {
                c[u] = f[u] * before[u] + (T.One - f[u]) * Kept(m, u) * g[u];
            }

            TensorPrimitives.MultiplyAdd(p[HiddenSize..], c, o, o);
            TensorPrimitives.Sigmoid(o, o);
            TensorPrimitives.Tanh(c, s);
            TensorPrimitives.Multiply(o, s, step[_gated, row]);
        }
    }

    protected override void Backward(int stage, in CellStep<T> step)
    {
        ReadOnlySpan<T> p = step[_p];
        for (int row = 0; row < step.Rows; row++)
        {
            if (stage == 1)
            {
                Span<T> h = step[_h, row], dh = step.Gradient(_h, row), dProjected = step[_projected, row];
                for (int u = 0; u < h.Length; u++)
                {
                    dProjected[u] = dh[u] * (T.One - h[u] * h[u]);
                }

                continue;
            }

            Span<T> f = step[_f, row], g = step[_g, row], o = step[_o, row], c = step[_c, row], s = step[_s, row];
            Span<T> dGated = step.Gradient(_gated, row), dc = step.Gradient(_c, row), dp = step.Gradient(_p, row);
            ReadOnlySpan<T> before = step.Before(_c, row), m = step[_m, row];
            for (int u = 0; u < HiddenSize; u++)
            {
                T dao = Limited(dGated[u] * s[u] * o[u] * (T.One - o[u]), step.GradientLimit);
                T dcu = dc[u] + dGated[u] * o[u] * (T.One - s[u] * s[u]) + p[HiddenSize + u] * dao;
                T dag = Limited(dcu * (T.One - f[u]) * Kept(m, u) * (T.One - g[u] * g[u]), step.GradientLimit);
                T daf = Limited(dcu * (before[u] - Kept(m, u) * g[u]) * f[u] * (T.One - f[u]), step.GradientLimit);
                dc[u] = dcu * f[u] + p[u] * daf;
                dp[u] += daf * before[u];
                dp[HiddenSize + u] += dao * c[u];
                (f[u], g[u], o[u]) = (daf, dag, dao);
            }

            Span<T> db = step.Gradient(_b, row);
            TensorPrimitives.Add(db, step[_all, row], db);
        }
    }

    private static T Kept(ReadOnlySpan<T> mask, int unit) => mask.IsEmpty ? T.One : mask[unit];

    private static T Limited(T gradient, T limit) => limit > T.Zero ? T.Clamp(gradient, -limit, limit) : gradient;
}
