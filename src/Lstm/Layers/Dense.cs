using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A fully connected layer, effectively <c>y = W x + b</c> at every step. Token ids as input stand for one-hot vectors. Parameters: W
/// [outputSize, inputSize], Glorot uniform at first; b [outputSize], zero at first.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Dense<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer from <paramref name="inputSize"/> to <paramref name="outputSize"/> numbers.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="outputSize">The size of the output vectors.</param>
    /// <param name="weights">Sets the first values of W; default: <see cref="Initializer.GlorotUniform"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public Dense(int inputSize, int outputSize, Initializer? weights = null)
        : base(inputSize, outputSize)
    {
        Weights = AddParameter("W", weights ?? Initializer.GlorotUniform, outputSize, inputSize);
        Bias = AddParameter("b", Initializer.Zero, outputSize);
    }

    /// <summary>W [outputSize, inputSize].</summary>
    public Parameter<T> Weights { get; }

    /// <summary>b [outputSize].</summary>
    public Parameter<T> Bias { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => true;

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        new LayerDescription("dense").With("inputSize", InputSize).With("outputSize", OutputSize);

    /// <inheritdoc/>
    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private sealed class Pass(PassContext<T> context, Dense<T> layer) : LayerPass<T>(context, layer)
    {
        private readonly InputProjection<T> _projection = new(context, layer.Weights);
        private readonly AlignedBuffer<T> _output = new(checked(context.Steps * context.Batch * layer.OutputSize));

        public override ReadOnlyMemory<T> Output => _output.Memory;

        public override void Forward(LayerInput<T> input)
        {
            using PhaseClock.Scope phase = PhaseClock.Enter(Phase.InputProjection);
            Span<T> y = _output.Span.Slice(0, input.Steps * Context.Batch * layer.OutputSize);
            _projection.Begin(input);
            _projection.Forward(input, y);                                                  // y = W x
            RowSums.AddToEach(layer.Bias.Current, y);                                         // y += b
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            ReadOnlySpan<T> dy = OutputGradient[..(input.Steps * Context.Batch * layer.OutputSize)];
            using PhaseClock.Scope phase = PhaseClock.Enter(Phase.WeightGradients);
            if (!layer.Bias.IsFrozen)
            {
                RowSums.AddTo(dy, layer.OutputSize, 0, layer.Bias.Gradient);                // db += dy
            }

            _projection.AddWeightGradient(input, new(dy, dy.Length / layer.OutputSize, layer.OutputSize));  // dW += dy x^T
            _projection.InputGradient(dy, inputGradient);                                   // dx = W^T dy
        }
    }
}
