using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A layer unrolled over time: the activations of the forward pass, kept for the backward pass. Buffers are sized once, for
/// <see cref="PassContext{T}.Steps"/> steps; a window may have fewer.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class LayerPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T> _outputGradient;

    /// <summary>Creates a pass with room for the steps and the batch of <paramref name="context"/>.</summary>
    protected LayerPass(PassContext<T> context, Layer<T> layer)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(layer);
        Context = context;
        _outputGradient = new AlignedBuffer<T>(context.HasBackward ? checked(context.Steps * context.Batch * layer.OutputSize) : 0);
    }

    /// <summary>The steps, the batch and the options that the layer is unrolled for.</summary>
    protected PassContext<T> Context { get; }

    /// <summary>
    /// The output [steps, batch, outputSize] for as many steps as the pass has room for; a shorter window fills the front.
    /// </summary>
    public abstract ReadOnlyMemory<T> Output { get; }

    /// <summary>The gradient [steps, batch, outputSize] of the loss with respect to <see cref="Output"/>, set before Backward.</summary>
    public Span<T> OutputGradient => _outputGradient.Span;

    /// <summary>The states that are carried from step to step; none for a layer without memory.</summary>
    public virtual IReadOnlyList<RecurrentState<T>> States => [];

    /// <summary>Names the states of a part's pass within the whole, <c>name.h</c>, for <see cref="States"/>; for constructors.</summary>
    /// <param name="name">The name of the part.</param>
    /// <param name="part">The pass that this one has made of the part.</param>
    /// <returns>The states of the part.</returns>
    protected internal static IEnumerable<RecurrentState<T>> NameStates(string name, LayerPass<T> part)
    {
        foreach (RecurrentState<T> state in part.States)
        {
            state.Name = $"{name}.{state.Name}";
        }

        return part.States;
    }

    /// <summary>Sets the front of <see cref="Output"/> from the input.</summary>
    public abstract void Forward(LayerInput<T> input);

    /// <summary>
    /// Reads the front of <see cref="OutputGradient"/>, adds to the gradient of every parameter that is not frozen
    /// (<see cref="Parameter{T}.IsFrozen"/>), and sets <paramref name="inputGradient"/>.
    /// </summary>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="inputGradient">[steps, batch, inputSize]: every element has to be set; empty where it is not wanted.</param>
    public abstract void Backward(LayerInput<T> input, Span<T> inputGradient);
}
