using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PublicApi.Tests.Cells;

/// <summary>
/// Zhou et al., "Minimal gated unit for recurrent neural networks" (2016). h' is the state of the step before:
/// <code>
/// f = sigmoid(W_f x + R_f h' + b_f)      n = tanh(W_n x + R_n (f*h') + b_n)      h = (1-f)*h' + f*n
/// </code>
/// </summary>
public sealed class MinimalGatedUnitCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gate _f, _n;
    private readonly StateBlock _h;
    private readonly SignalBlock _kept;                 // f*h'
    private readonly CacheBlock _mixed;                 // the gradient at f that h gives it, from one stage to the other

    public MinimalGatedUnitCell(int inputSize, int hiddenSize, RecurrentOptions? options = null)
        : base(inputSize, hiddenSize, options)
    {
        (_f, _n) = (AddGate("f", Activation.Sigmoid), AddGate("n", Activation.Tanh));
        _h = AddState("h", isOutput: true, isRead: true);
        (_kept, _mixed) = (AddSignal("f*h'"), AddCache("df"));
        AddInputWeights();
        Parameter<T> recurrent = AddWeights("R", GateSize, hiddenSize, blocks: 2);
        AddProduct(recurrent, from: _h, to: _f);
        EndStage();
        AddProduct(recurrent, from: _kept, to: _n, firstRow: hiddenSize, isDropped: true);
        AddBias();
    }

    public override LayerDescription? Describe() =>
        Options.AddTo(new LayerDescription("tests.minimal").With("inputSize", InputSize).With("hiddenSize", HiddenSize));

    protected override void Forward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> f = step[_f, row], n = step[_n, row], h = step[_h, row];
            ReadOnlySpan<T> before = step.Before(_h, row);
            if (stage == 0)
            {
                TensorPrimitives.Sigmoid(f, f);
                TensorPrimitives.Multiply(f, before, step[_kept, row]);
            }
            else
            {
                TensorPrimitives.Tanh(n, n);
                TensorPrimitives.Subtract(n, before, h);
                TensorPrimitives.MultiplyAdd(h, f, before, h);
            }
        }
    }

    protected override void Backward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> f = step[_f, row], n = step[_n, row], mixed = step[_mixed, row], dh = step.Gradient(_h, row);
            ReadOnlySpan<T> before = step.Before(_h, row), dKept = step.Gradient(_kept, row);
            for (int u = 0; u < HiddenSize && stage == 1; u++)
            {
                mixed[u] = dh[u] * (n[u] - before[u]);
                n[u] = dh[u] * f[u] * (T.One - n[u] * n[u]);
                dh[u] *= T.One - f[u];
            }

            for (int u = 0; u < HiddenSize && stage == 0; u++)
            {
                dh[u] += dKept[u] * f[u];
                f[u] = (mixed[u] + dKept[u] * before[u]) * f[u] * (T.One - f[u]);
            }
        }
    }
}
