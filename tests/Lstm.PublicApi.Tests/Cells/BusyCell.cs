using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PublicApi.Tests.Cells;

/// <summary>
/// A cell that no paper has, for products of all kinds: three stages, weights that two products share in part, two products to one
/// gate, states that products of later stages read, a signal that two stages read, and gates of two sizes.
/// <code>
/// stage 0    s = tanh(W_s x + S m' + b_s) [2]                              v = m' * (s s s ..)
/// stage 1    b = sigmoid(W_b x + R_1 h' + R_0 v + L h' + b_b), y = M m'     w = b*y
/// stage 2    a = tanh(W_a x + R_0 h' + Q w + V v + b_a)                     m = b*m' + (1-b)*a,  h = a*y + m
/// </code>
/// </summary>
public sealed class BusyCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Scales = 2;

    private readonly Gate _a, _b, _s;
    private readonly StateBlock _m, _h;
    private readonly SignalBlock _v, _w, _y;
    private readonly CacheBlock _db, _dy;               // gradients from one stage to the next

    public BusyCell(int inputSize, int hiddenSize, RecurrentOptions? options = null, double zoneoutMemory = 0)
        : base(inputSize, hiddenSize, options)
    {
        (_a, _b) = (AddGate("a", Activation.Tanh), AddGate("b", Activation.Sigmoid));
        _s = AddGate("s", Activation.Tanh, Scales);
        (_m, _h) = (AddState("m", isRead: true, zoneout: zoneoutMemory), AddState("h", isOutput: true));
        (_v, _w, _y) = (AddSignal("v"), AddSignal("w"), AddSignal("y"));
        (_db, _dy) = (AddCache("db"), AddCache("dy"));
        AddInputWeights();
        Parameter<T> recurrent = AddWeights("R", 2 * hiddenSize, hiddenSize, blocks: 2);
        AddProduct(recurrent, from: _h, to: RangeOf(_a, _b));
        AddProduct("S", from: _m, to: _s);
        EndStage();
        AddProduct(recurrent, from: _v, to: _b);
        AddProduct("L", from: _h, to: _b);
        AddProduct("M", from: _m, to: _y);
        EndStage();
        AddProduct(AddWeights("Q", hiddenSize, hiddenSize), from: _w, to: _a, isDropped: true);
        AddProduct("V", from: _v, to: _a);
        AddBias();
    }

    protected override void Forward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> a = step[_a, row], b = step[_b, row], s = step[_s, row], v = step[_v, row], y = step[_y, row];
            ReadOnlySpan<T> before = step.Before(_m, row);
            switch (stage)
            {
                case 0:
                    TensorPrimitives.Tanh(s, s);
                    for (int u = 0; u < HiddenSize; u++)
                    {
                        v[u] = before[u] * s[u % Scales];
                    }

                    break;
                case 1:
                    TensorPrimitives.Sigmoid(b, b);
                    TensorPrimitives.Multiply(b, y, step[_w, row]);
                    break;
                default:
                    TensorPrimitives.Tanh(a, a);
                    Span<T> m = step[_m, row], h = step[_h, row];
                    for (int u = 0; u < HiddenSize; u++)
                    {
                        m[u] = a[u] + b[u] * (before[u] - a[u]);
                        h[u] = a[u] * y[u] + m[u];
                    }

                    break;
            }
        }
    }

    protected override void Backward(int stage, in CellStep<T> step)
    {
        Span<T> ds = stackalloc T[Scales];
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> a = step[_a, row], b = step[_b, row], s = step[_s, row], y = step[_y, row];
            Span<T> db = step[_db, row], dy = step[_dy, row], dm = step.Gradient(_m, row);
            ReadOnlySpan<T> before = step.Before(_m, row);
            switch (stage)
            {
                case 2:
                    Span<T> dh = step.Gradient(_h, row);
                    for (int u = 0; u < HiddenSize; u++)
                    {
                        T both = dm[u] + dh[u];
                        (db[u], dy[u], dm[u]) = (both * (before[u] - a[u]), dh[u] * a[u], both * b[u]);
                        a[u] = (dh[u] * y[u] + both * (T.One - b[u])) * (T.One - a[u] * a[u]);
                    }

                    break;
                case 1:
                    Span<T> dw = step.Gradient(_w, row);
                    for (int u = 0; u < HiddenSize; u++)
                    {
                        (b[u], y[u]) = ((db[u] + dw[u] * y[u]) * b[u] * (T.One - b[u]), dy[u] + dw[u] * b[u]);
                    }

                    break;
                default:
                    Span<T> dv = step.Gradient(_v, row);
                    ds.Clear();
                    for (int u = 0; u < HiddenSize; u++)
                    {
                        dm[u] += dv[u] * s[u % Scales];
                        ds[u % Scales] += dv[u] * before[u];
                    }

                    for (int k = 0; k < Scales; k++)
                    {
                        s[k] = ds[k] * (T.One - s[k] * s[k]);
                    }

                    break;
            }
        }
    }
}
