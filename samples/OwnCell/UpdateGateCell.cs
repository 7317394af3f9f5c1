using System.Numerics;
using System.Numerics.Tensors;
using Lstm;

namespace OwnCell;

/// <summary>
/// A cell that the library does not have: the update gate network of Collins, Sohl-Dickstein and Sussillo, "Capacity and Trainability in
/// Recurrent Neural Networks" (2017). One gate says what stays of the state, and what is replaced by a candidate. h' is the state of the
/// step before, and products of two vectors are elementwise.
/// <code>
/// (1) g = sigmoid(W_g x + R_g h' + b_g)
/// (2) c = tanh(W_c x + R_c h' + b_c)
/// (3) h = g*h' + (1-g)*c
/// </code>
/// Parameters: W [2H, inputSize], R [2H, H], b [2H], with the gates in the order g, c. State: h.
/// </summary>
internal sealed class UpdateGateCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A cell has declarations in its fields, and nothing else: all numbers of a step are in the CellStep.
    private readonly Gate _g, _c;
    private readonly StateBlock _h;

    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="gateBias">The first value of b_g: with 1, the gate keeps about 3/4 of the state before it has learned anything.</param>
    /// <param name="options">Dropout, zoneout, trained initial states: the engine does them, not the cell.</param>
    public UpdateGateCell(int inputSize, int hiddenSize, double gateBias = 1, RecurrentOptions? options = null)
        : base(inputSize, hiddenSize, options)
    {
        // What (1) and (2) are functions of: 2H columns of pre-activations. The activations are told for diagnostics alone.
        _g = AddGate("g", Activation.Sigmoid);
        _c = AddGate("c", Activation.Tanh);

        // What (3) leaves for the next step. isRead: (3) itself reads h', and not only the product R h'.
        _h = AddState("h", isOutput: true, isRead: true);

        // What the engine computes: a = W x + b + R h', before Forward, and dW, db, dR, dx and R^T da after Backward.
        AddInputWeights("W");
        AddBias("b", Initializer.PerGate(gateBias, 0));
        AddProduct("R", from: _h, to: RangeOf(_g, _c));
    }

    /// <summary>What a file tells of the cell. <c>gateBias</c> is left out, as a file has b itself.</summary>
    public override LayerDescription? Describe() =>
        Options.AddTo(new LayerDescription("samples.update-gate").With("inputSize", InputSize).With("hiddenSize", HiddenSize));

    /// <summary>(1) to (3), for some sequences of one step. There is one stage, as no product reads what this step computes.</summary>
    protected override void Forward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> g = step[_g, row], c = step[_c, row], h = step[_h, row];
            ReadOnlySpan<T> before = step.Before(_h, row);
            TensorPrimitives.Sigmoid(g, g);                     // (1)  the gate takes the place of its pre-activation
            TensorPrimitives.Tanh(c, c);                        // (2)
            TensorPrimitives.Subtract(before, c, h);            // (3)  as c + g*(h'-c)
            TensorPrimitives.MultiplyAdd(h, g, c, h);
        }
    }

    /// <summary>
    /// (3) to (1) backwards. dq is the gradient of the loss with respect to q, and da_g, da_c are those at the pre-activations:
    /// <code>
    /// da_g = dh * (h'-c) * g(1-g)           (3)(1)
    /// da_c = dh * (1-g) * (1-c²)            (3)(2)
    /// dh'  = dh * g                         (3)      to which the engine adds R^T da, the part through the product
    /// </code>
    /// </summary>
    protected override void Backward(int stage, in CellStep<T> step)
    {
        for (int row = 0; row < step.Rows; row++)
        {
            Span<T> g = step[_g, row], c = step[_c, row], dh = step.Gradient(_h, row);
            ReadOnlySpan<T> before = step.Before(_h, row);
            for (int u = 0; u < dh.Length; u++)
            {
                T keep = g[u], replace = T.One - keep, candidate = c[u], gradient = dh[u];
                g[u] = gradient * (before[u] - candidate) * keep * replace;                 // (3)(1)  da_g takes the place of g
                c[u] = gradient * replace * (T.One - candidate * candidate);                // (3)(2)  da_c that of c
                dh[u] = gradient * keep;                                                    // (3)     dh' that of dh
            }
        }
    }
}
