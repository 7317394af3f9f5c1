using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PublicApi.Tests.Cells;

/// <summary>
/// An LSTM with a normaliser n, after the sLSTM of Beck et al., "xLSTM" (2024), with sigmoids and a smooth division:
/// <code>
/// i, f, o = sigmoid(W x + R h' + b)    z = tanh(W x + R h' + b)
/// c = f*c' + i*z      n = f*n' + i     r = 1/sqrt(1 + n²)      h = o*c*r
/// </code>
/// </summary>
public sealed class ThreeStateCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gate _i, _f, _z, _o;
    private readonly StateBlock _h, _c, _n;
    private readonly CacheBlock _r;

    public ThreeStateCell(int inputSize, int hiddenSize, RecurrentOptions? options = null, double zoneoutNormalizer = 0)
        : base(inputSize, hiddenSize, options)
    {
        (_i, _f) = (AddGate("i", Activation.Sigmoid), AddGate("f", Activation.Sigmoid));
        (_z, _o) = (AddGate("z", Activation.Tanh), AddGate("o", Activation.Sigmoid));
        _h = AddState("h", isOutput: true);
        (_c, _n) = (AddState("c", isRead: true), AddState("n", isRead: true, zoneout: zoneoutNormalizer));
        _r = AddCache("r");
        AddInputWeights();
        AddProduct("R", from: _h, to: RangeOf(_i, _o));
        AddBias(initializer: Initializer.PerGate(0, 1, 0, 0));
    }

    protected override void Forward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> i = step[_i, row], f = step[_f, row], z = step[_z, row], o = step[_o, row];
            Span<T> c = step[_c, row], n = step[_n, row], h = step[_h, row], r = step[_r, row];
            TensorPrimitives.Sigmoid(i, i);
            TensorPrimitives.Sigmoid(f, f);
            TensorPrimitives.Tanh(z, z);
            TensorPrimitives.Sigmoid(o, o);
            TensorPrimitives.Multiply(i, z, c);
            TensorPrimitives.MultiplyAdd(f, step.Before(_c, row), c, c);
            TensorPrimitives.MultiplyAdd(f, step.Before(_n, row), i, n);
            TensorPrimitives.MultiplyAdd(n, n, T.One, r);
            TensorPrimitives.ReciprocalSqrt(r, r);
            TensorPrimitives.Multiply(c, r, h);
            TensorPrimitives.Multiply(h, o, h);
        }
    }

    protected override void Backward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> i = step[_i, row], f = step[_f, row], z = step[_z, row], o = step[_o, row], r = step[_r, row];
            Span<T> c = step[_c, row], n = step[_n, row];
            Span<T> dh = step.Gradient(_h, row), dc = step.Gradient(_c, row), dn = step.Gradient(_n, row);
            ReadOnlySpan<T> cBefore = step.Before(_c, row), nBefore = step.Before(_n, row);
            for (int u = 0; u < HiddenSize; u++)
            {
                T scale = dh[u] * o[u] * r[u];
                T dcu = dc[u] + scale, dnu = dn[u] - scale * c[u] * n[u] * r[u] * r[u];
                (dc[u], dn[u]) = (dcu * f[u], dnu * f[u]);
                o[u] = dh[u] * c[u] * r[u] * o[u] * (T.One - o[u]);
                f[u] = (dcu * cBefore[u] + dnu * nBefore[u]) * f[u] * (T.One - f[u]);
                T di = dcu * z[u] + dnu, dz = dcu * i[u];
                (i[u], z[u]) = (di * i[u] * (T.One - i[u]), dz * (T.One - z[u] * z[u]));
            }
        }
    }
}
