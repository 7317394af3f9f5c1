using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The passes of layers one after the other, for one window or a part of one.</summary>
internal sealed class ModelPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Layer<T>> _layers;
    private readonly LayerPass<T>[] _passes;

    public ModelPass(IReadOnlyList<Layer<T>> layers, PassContext<T> context)
    {
        (_layers, Context) = (layers, context);
        _passes = [.. layers.Select(layer => layer.CreatePass(context))];
        States = [.. _passes.SelectMany((pass, layer) => LayerPass<T>.NameStates($"{layer}", pass))];
    }

    public PassContext<T> Context { get; }

    /// <summary>The segment whose activations the pass holds; null before the first.</summary>
    public object? Holder { get; set; }

    /// <summary>The gradient [steps, batch, inputSize] of the input; empty until the first input of vectors.</summary>
    public AlignedBuffer<T> InputGradient { get; private set; } = new(0);

    /// <summary>The states of all layers, <c>0.h</c>, <c>0.c</c>, <c>1.h</c> ...</summary>
    public RecurrentState<T>[] States { get; }

    /// <summary>The output [steps, batch, outputSize] of the last layer.</summary>
    public ReadOnlySpan<T> Output => _passes[^1].Output.Span[..OutputLength];

    /// <summary>The gradient [steps, batch, outputSize] of the output of the last layer.</summary>
    public Span<T> OutputGradient => _passes[^1].OutputGradient[..OutputLength];

    private int OutputLength => RowCount * _layers[^1].OutputSize;

    private int RowCount => Context.Window.Steps * Context.Batch;

    public LayerPass<T> this[int layer] => _passes[layer];

    public int SizeOf(int layer) => _layers[layer].OutputSize;

    /// <summary>Returns the output [batch, outputSize] of a layer at a step, in the order of the window.</summary>
    public ReadOnlySpan<T> OutputOf(int layer, int step) =>
        _passes[layer].Output.Span.Slice(step * Context.Batch * SizeOf(layer), Context.Batch * SizeOf(layer));

    /// <summary>Makes room for the gradient of an input of vectors.</summary>
    public void AllocateInputGradient(int inputSize)
    {
        if (InputGradient.Length == 0 && Context.HasBackward)
        {
            InputGradient = new AlignedBuffer<T>(checked(Context.Steps * Context.Batch * inputSize));
        }
    }

    /// <summary>Runs a window from the states as they are, and leaves those after it.</summary>
    public void ForwardWindow(LayerInput<T> input)
    {
        foreach (RecurrentState<T> state in States)
        {
            state.BeginWindow();
        }

        Forward(input);
        foreach (RecurrentState<T> state in States)
        {
            state.EndWindow(Context.Window);
        }
    }

    public void Forward(LayerInput<T> input)
    {
        for (int k = 0; k < _passes.Length; k++)
        {
            _passes[k].Forward(InputOf(k, input));
        }
    }

    /// <param name="input">The input of the forward pass.</param>
    /// <param name="inputGradient">[steps, batch, inputSize], assigned; empty where it is not wanted.</param>
    public void Backward(LayerInput<T> input, Span<T> inputGradient)
    {
        int first = inputGradient.IsEmpty ? FirstTrained() : 0;
        for (int k = _passes.Length - 1; k >= first; k--)
        {
            Span<T> gradient = k == first ? inputGradient : _passes[k - 1].OutputGradient[..(RowCount * _layers[k].InputSize)];
            _passes[k].Backward(InputOf(k, input), gradient);
        }
    }

    /// <summary>
    /// Returns the first layer that a backward pass goes through: never later than the first layer with states, whose gradients can be
    /// read.
    /// </summary>
    public int FirstTrained()
    {
        int first = 0;
        while (first < _passes.Length - 1 && _passes[first].States.Count == 0 && IsFrozen(_layers[first]))
        {
            first++;
        }

        return first;
    }

    private static bool IsFrozen(Layer<T> layer)
    {
        for (int k = 0; k < layer.Parameters.Count; k++)
        {
            if (!layer.Parameters[k].IsFrozen)
            {
                return false;
            }
        }

        return true;
    }

    private LayerInput<T> InputOf(int layer, LayerInput<T> input) => layer == 0
        ? input
        : new(_passes[layer - 1].Output[..(RowCount * _layers[layer].InputSize)], Context.Window.Steps);
}
