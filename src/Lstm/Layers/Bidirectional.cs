using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Two layers over the same sequence, one of which reads it from its last step to its first. It maps [steps, batch, inputSize] to the
/// outputs of both at every step, one after the other, [steps, batch, forward + backward]. Where sequences have lengths, the backward
/// direction starts at the last step of each.
/// <para>
/// Its parameters and states are those of the layers: <c>forward.W</c>, <c>backward.W</c>, <c>forward.h</c>, <c>backward.h</c> ... The
/// forward direction carries its state from window to window. The backward direction starts anew in every window, as its last step is the
/// window's first: from 0, from its trained initial state, or from the state that <see cref="RecurrentState{T}.Set"/> sets before the
/// window. After a window its state is that after the first step of every sequence, which is not carried on.
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Schuster and Paliwal, "Bidirectional Recurrent Neural Networks" (1997).</remarks>
public sealed class Bidirectional<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer of two directions.</summary>
    /// <param name="forward">The layer that reads sequences from the first step to the last.</param>
    /// <param name="backward">The layer that reads them from the last step to the first; its kind and output size may differ.</param>
    /// <exception cref="ArgumentException">
    /// The input sizes differ, a layer belongs to a layer or model already, or one layer is given twice.
    /// </exception>
    public Bidirectional(Layer<T> forward, Layer<T> backward)
        : base(InputSizeOf(forward, backward), forward.OutputSize + backward.OutputSize)
    {
        (ForwardLayer, BackwardLayer) = (forward, backward);
        AddPart("forward", forward);
        AddPart("backward", backward);
    }

    /// <summary>Creates a layer of two directions of one kind.</summary>
    /// <param name="create">Creates a new layer for a direction; called twice.</param>
    /// <inheritdoc cref="Bidirectional{T}(Layer{T}, Layer{T})" path="/exception"/>
    public Bidirectional(Func<Layer<T>> create)
        : this((create ?? throw new ArgumentNullException(nameof(create)))(), create())
    {
    }

    /// <summary>The layer that reads sequences from the first step to the last.</summary>
    public Layer<T> ForwardLayer { get; }

    /// <summary>The layer that reads sequences from the last step to the first.</summary>
    public Layer<T> BackwardLayer { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => ForwardLayer.AcceptsTokens && BackwardLayer.AcceptsTokens;

    /// <inheritdoc/>
    public override bool AcceptsValues => ForwardLayer.AcceptsValues && BackwardLayer.AcceptsValues;

    /// <inheritdoc/>
    public override bool IsCausal => false;

    /// <inheritdoc/>
    internal override int LargestWidth => Math.Max(OutputSize, Math.Max(ForwardLayer.LargestWidth, BackwardLayer.LargestWidth));

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        (ForwardLayer.Describe(), BackwardLayer.Describe()) is ({ } forward, { } backward)
            ? new LayerDescription("bidirectional").With("forward", forward).With("backward", backward)
            : null;

    /// <inheritdoc/>
    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private static int InputSizeOf(Layer<T> forward, Layer<T> backward)
    {
        CheckPart(forward, "The layer", nameof(forward));
        CheckPart(backward, "The layer", nameof(backward));
        if (forward == backward)
        {
            throw new ArgumentException("Expected two layers, but got the same one twice; weights are not shared.", nameof(backward));
        }

        if (!(forward.AcceptsValues && backward.AcceptsValues) && !(forward.AcceptsTokens && backward.AcceptsTokens))
        {
            throw new ArgumentException(
                "Expected two layers that take the same input, but one takes token ids only and the other vectors only.", nameof(backward));
        }

        return backward.InputSize == forward.InputSize
            ? forward.InputSize
            : throw new ArgumentException(
                $"Expected the input size of the forward direction, {forward.InputSize}, but got {backward.InputSize}.", nameof(backward));
    }

    private sealed class Pass : LayerPass<T>
    {
        private readonly Bidirectional<T> _layer;
        private readonly LayerPass<T> _forward;
        private readonly LayerPass<T> _backward;
        private readonly AlignedBuffer<T> _output;
        private AlignedBuffer<T> _reversed = new(0);            // [steps, batch, inputSize], as the backward direction reads it
        private AlignedBuffer<T> _reversedGradient = new(0);
        private int[] _reversedTokens = [];
        private LayerInput<T> _reversedInput;

        public Pass(PassContext<T> context, Bidirectional<T> layer)
            : base(context, layer)
        {
            _layer = layer;
            (_forward, _backward) = (layer.ForwardLayer.CreatePass(context), layer.BackwardLayer.CreatePass(context));
            States = [.. NameStates("forward", _forward), .. NameStates("backward", _backward)];
            foreach (RecurrentState<T> state in _backward.States)
            {
                state.IsCarried = false;
            }

            _output = new AlignedBuffer<T>(checked(context.Steps * context.Batch * layer.OutputSize));
        }

        public override ReadOnlyMemory<T> Output => _output.Memory;

        public override IReadOnlyList<RecurrentState<T>> States { get; }

        private Window Window => Context.Window;

        private int Rows => Window.Steps * Context.Batch;

        public override void Forward(LayerInput<T> input)
        {
            _forward.Forward(input);
            _reversedInput = Reverse(input);
            _backward.Forward(_reversedInput);
            Matrix<T> y = RowsOf(_output.Span, _layer.OutputSize);
            Copy(RowsOf(_forward.Output.Span, _layer.ForwardLayer.OutputSize), ForwardColumns(y));
            Window.Reverse(RowsOf(_backward.Output.Span, _layer.BackwardLayer.OutputSize), BackwardColumns(y));
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            Matrix<T> dy = RowsOf(OutputGradient, _layer.OutputSize);
            Copy(ForwardColumns(dy), RowsOf(_forward.OutputGradient, _layer.ForwardLayer.OutputSize));
            Window.Reverse(BackwardColumns(dy), RowsOf(_backward.OutputGradient, _layer.BackwardLayer.OutputSize));
            _forward.Backward(input, inputGradient);
            Span<T> reversedGradient = _reversedGradient.Span[..inputGradient.Length];
            _backward.Backward(_reversedInput, reversedGradient);
            if (!inputGradient.IsEmpty)
            {
                // The reversed input is used up: its place takes the gradient in the order of the steps.
                Span<T> gradient = _reversed.Span[..inputGradient.Length];
                Window.Reverse(RowsOf(reversedGradient, _layer.InputSize), RowsOf(gradient, _layer.InputSize));
                TensorPrimitives.Add(inputGradient, gradient, inputGradient);
            }
        }

        private LayerInput<T> Reverse(LayerInput<T> input)
        {
            if (input.IsTokens)
            {
                _reversedTokens = _reversedTokens.Length > 0 ? _reversedTokens : new int[checked(Context.Steps * Context.Batch)];
                Window.Reverse(new Matrix<int>(input.Tokens, Rows, 1), new Matrix<int>(_reversedTokens.AsSpan(0, Rows), Rows, 1));
                return new(_reversedTokens.AsMemory(0, Rows), Window.Steps);
            }

            if (_reversed.Length == 0)
            {
                _reversed = new AlignedBuffer<T>(checked(Context.Steps * Context.Batch * _layer.InputSize));
                _reversedGradient = new AlignedBuffer<T>(Context.HasBackward ? _reversed.Length : 0);
            }

            Window.Reverse(RowsOf(input.Values, _layer.InputSize), RowsOf(_reversed.Span, _layer.InputSize));
            return new(_reversed.Memory[..(Rows * _layer.InputSize)], Window.Steps);
        }

        private Matrix<T> RowsOf(ReadOnlySpan<T> values, int width) => new(values[..(Rows * width)], Rows, width);

        private Matrix<T> ForwardColumns(Matrix<T> rows) => rows.ColumnRange(0, _layer.ForwardLayer.OutputSize);

        private Matrix<T> BackwardColumns(Matrix<T> rows) =>
            rows.ColumnRange(_layer.ForwardLayer.OutputSize, _layer.BackwardLayer.OutputSize);

        private static void Copy(Matrix<T> source, Matrix<T> target)
        {
            for (int row = 0; row < source.Rows; row++)
            {
                source.Row(row).CopyTo(target.Row(row));
            }
        }
    }
}
