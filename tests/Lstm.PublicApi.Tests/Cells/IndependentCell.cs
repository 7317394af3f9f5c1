using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PublicApi.Tests.Cells;

/// <summary>
/// Li et al., "Independently recurrent neural network" (2018): <c>h = tanh(W x + b + u*h')</c>, without a product at any step.
/// </summary>
public sealed class IndependentCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Gate _a;
    private readonly StateBlock _h;
    private readonly VectorBlock<T> _u;

    public IndependentCell(int inputSize, int hiddenSize, RecurrentOptions? options = null)
        : base(inputSize, hiddenSize, options)
    {
        (_a, _h) = (AddGate("", Activation.Tanh), AddState("h", isOutput: true, isRead: true));
        AddInputWeights();
        AddBias();
        _u = AddVector("u", Initializer.Uniform(1));
    }

    protected override void Forward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> a = step[_a, row];
            TensorPrimitives.MultiplyAdd(step[_u], step.Before(_h, row), a, a);
            TensorPrimitives.Tanh(a, a);
            a.CopyTo(step[_h, row]);
        }
    }

    protected override void Backward(int stage, in CellStep<T> step)
    {
        ReadOnlySpan<T> weights = step[_u];
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> a = step[_a, row], dh = step.Gradient(_h, row), du = step.Gradient(_u, row);
            ReadOnlySpan<T> before = step.Before(_h, row);
            for (int u = 0; u < HiddenSize; u++)
            {
                T da = dh[u] * (T.One - a[u] * a[u]);
                da = step.GradientLimit > T.Zero ? T.Clamp(da, -step.GradientLimit, step.GradientLimit) : da;
                a[u] = da;
                du[u] += da * before[u];
                dh[u] = da * weights[u];
            }
        }
    }
}
