using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Sets elements of the input to 0 at random, effectively <c>y = m*x</c>, where m is 0 with the probability <see cref="Rate"/> and
/// 1/(1-rate) otherwise, so that the mean stays the same. Where <see cref="Bptt{T}.Training"/> is false, y = x. It has no parameters.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014); Gal and Ghahramani, "A Theoretically
/// Grounded Application of Dropout in Recurrent Neural Networks" (2016) for masks that last.
/// </remarks>
public sealed class Dropout<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a layer for vectors of <paramref name="size"/> numbers.</summary>
    /// <param name="size">The size of the input and of the output.</param>
    /// <param name="rate">The probability that an element is dropped: 0, or from 2^-32 to 1 - 2^-32.</param>
    /// <param name="variational">
    /// Whether a sequence has one mask for all steps of a window, instead of one for each step; default: false.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1, or the rate is out of range.</exception>
    public Dropout(int size, double rate, bool variational = false)
        : base(Positive(size, nameof(size)), size)
    {
        Rate = Representable.Rate(rate, "a rate", nameof(rate));
        Variational = variational;
    }

    /// <summary>The probability that an element is dropped.</summary>
    public double Rate { get; }

    /// <summary>Whether a sequence has one mask for all steps of a window.</summary>
    public bool Variational { get; }

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        new LayerDescription("dropout").With("size", OutputSize).With("rate", Rate).Unless("variational", Variational, false);

    /// <inheritdoc/>
    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private sealed class Pass : LayerPass<T>
    {
        private readonly Dropout<T> _layer;
        private readonly RecurrentMask<T>? _mask;
        private readonly StepBuffer<T> _output;
        private readonly Action<int> _worker;
        private readonly int _workers;
        private LayerInput<T> _input;

        public Pass(PassContext<T> context, Dropout<T> layer)
            : base(context, layer)
        {
            _layer = layer;
            int maskSteps = layer.Variational ? 1 : context.Steps;
            _mask = context.HasBackward ? RecurrentMask<T>.Dropout(context, maskSteps, layer.OutputSize, layer.Rate) : null;
            _output = new StepBuffer<T>(context.Steps, context.Batch, layer.OutputSize);
            _worker = ForwardRows;
            _workers = Math.Min(context.Threads, context.Batch);
        }

        public override ReadOnlyMemory<T> Output => _output.Memory;

        private bool Drops => _mask != null && Context.Window.IsTraining;

        public override void Forward(LayerInput<T> input)
        {
            using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Dropout);
            _input = input;
            if (Drops)
            {
                Context.Team.Run(_workers, _worker);
            }
            else
            {
                input.Values.CopyTo(_output.Memory.Span);
            }
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            if (inputGradient.IsEmpty)
            {
                return;
            }

            using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Dropout);
            ReadOnlySpan<T> dy = OutputGradient[..inputGradient.Length];
            if (!Drops)
            {
                dy.CopyTo(inputGradient);
                return;
            }

            int step = Context.Batch * _layer.OutputSize;
            for (int t = 0; t < input.Steps; t++)
            {
                ReadOnlySpan<T> mask = _mask!.Rows(MaskStep(t), 0, Context.Batch);
                TensorPrimitives.Multiply(dy.Slice(t * step, step), mask, inputGradient.Slice(t * step, step));  // dx = m*dy
            }
        }

        /// <summary>Draws masks row by row, each from its own numbers, so that they are the same for any number of workers.</summary>
        private void ForwardRows(int worker)
        {
            (int first, int end) = WorkerTeam.Slice(Context.Batch, worker, _workers);
            (int rows, int size) = (end - first, _layer.OutputSize);
            for (int t = 0; t < _input.Steps; t++)
            {
                if (t == MaskStep(t))
                {
                    _mask!.Draw(t, first, rows);
                }

                ReadOnlySpan<T> x = _input.Values.Slice((t * Context.Batch + first) * size, rows * size);
                TensorPrimitives.Multiply(x, _mask!.Rows(MaskStep(t), first, rows), _output.Rows(t, first, rows));  // y = m*x
            }
        }

        private int MaskStep(int t) => _layer.Variational ? 0 : t;
    }
}
