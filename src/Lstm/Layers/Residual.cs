using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A connection past some layers, effectively <c>y = x + f(x)</c>, where f is those layers one after the other, so that gradients reach the
/// layers below undiminished. Its parameters and states are those of the layers: <c>0.W</c>, <c>0.h</c>, <c>1.W</c> ...
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// He et al., "Deep Residual Learning for Image Recognition" (2016); Wu et al., "Google's Neural Machine Translation System" (2016),
/// section 3.1, for stacks of LSTMs.
/// </remarks>
public sealed class Residual<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a connection past <paramref name="layers"/>.</summary>
    /// <param name="layers">
    /// At least one layer of vectors. The input size of each is the output size of the one before, that of the first the output size of the
    /// last.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no layer, sizes differ, the first layer takes token ids only, or a layer belongs to a layer or model already.
    /// </exception>
    public Residual(params IReadOnlyList<Layer<T>> layers)
        : base(Checked(layers)[0].InputSize, layers[^1].OutputSize)
    {
        Layers = [.. layers];
        for (int k = 0; k < Layers.Count; k++)
        {
            AddPart($"{k}", Layers[k]);
        }
    }

    /// <summary>The layers that the connection goes past, from input to output.</summary>
    public IReadOnlyList<Layer<T>> Layers { get; }

    /// <inheritdoc/>
    public override bool IsCausal => Layers.All(layer => layer.IsCausal);

    /// <inheritdoc/>
    internal override int LargestWidth => Layers.Max(layer => layer.LargestWidth);

    /// <inheritdoc/>
    public override LayerDescription? Describe()
    {
        LayerDescription[] parts = [.. Layers.Select(layer => layer.Describe()).OfType<LayerDescription>()];
        return parts.Length == Layers.Count ? new LayerDescription("residual").With("layers", parts) : null;
    }

    /// <inheritdoc/>
    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private static IReadOnlyList<Layer<T>> Checked(IReadOnlyList<Layer<T>> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Sequential<T>.CheckChain(layers);
        if (!layers[0].AcceptsValues)
        {
            throw new ArgumentException("Layer 0 takes token ids only, to which nothing can be added.", nameof(layers));
        }

        return layers[0].InputSize == layers[^1].OutputSize
            ? layers
            : throw new ArgumentException(
                $"Expected an output of the size of the input, {layers[0].InputSize}, as they are added, "
                    + $"but layer {layers.Count - 1} gives {layers[^1].OutputSize}.",
                nameof(layers));
    }

    private sealed class Pass(PassContext<T> context, Residual<T> layer) : LayerPass<T>(context, layer)
    {
        private readonly ModelPass<T> _inner = new(layer.Layers, context);
        private readonly AlignedBuffer<T> _output = new(checked(context.Steps * context.Batch * layer.OutputSize));

        public override ReadOnlyMemory<T> Output => _output.Memory;

        public override IReadOnlyList<RecurrentState<T>> States => _inner.States;

        public override void Forward(LayerInput<T> input)
        {
            _inner.Forward(input);
            TensorPrimitives.Add(input.Values, _inner.Output, _output.Span);                        // y = x + f(x)
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            ReadOnlySpan<T> dy = OutputGradient[..input.Values.Length];
            dy.CopyTo(_inner.OutputGradient);
            _inner.Backward(input, inputGradient);
            if (!inputGradient.IsEmpty)
            {
                TensorPrimitives.Add(inputGradient, dy, inputGradient);                             // dx = dy + f'(x)^T dy
            }
        }
    }
}
