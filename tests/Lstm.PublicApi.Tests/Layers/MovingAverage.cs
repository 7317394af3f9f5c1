using System.Numerics;

namespace Lstm.PublicApi.Tests.Layers;

/// <summary>
/// A layer with a state, <c>a = d*a' + (1-d)*x</c> with a learned d in (0, 1): an exponential moving average, carried from window to
/// window. A sequence starts from a trained average, or from its first input.
/// </summary>
public sealed class MovingAverage<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public MovingAverage(int size, bool learnsStart)
        : base(size, size)
    {
        Decay = AddParameter("d", Initializer.Constant(0.5), size);
        Start = learnsStart ? AddParameter("a0", Initializer.Zero, size) : null;
    }

    /// <summary>What d is the sigmoid of.</summary>
    public Parameter<T> Decay { get; }

    public Parameter<T>? Start { get; }

    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private sealed class Pass : LayerPass<T>
    {
        private readonly MovingAverage<T> _layer;
        private readonly RecurrentState<T> _state;
        private readonly bool[] _isFirst;               // [batch]: whether the window has the first step of a sequence
        private readonly T[] _output;
        private readonly T[] _averages;                 // [steps + 1, size] of a sequence

        public Pass(PassContext<T> context, MovingAverage<T> layer)
            : base(context, layer)
        {
            _layer = layer;
            _state = new RecurrentState<T>("a", context.Batch, layer.OutputSize, context.HasBackward, layer.Start);
            _isFirst = new bool[context.Batch];
            _output = new T[context.Steps * context.Batch * layer.OutputSize];
            _averages = new T[(context.Steps + 1) * context.Batch * layer.OutputSize];
        }

        public override ReadOnlyMemory<T> Output => _output;

        public override IReadOnlyList<RecurrentState<T>> States => [_state];

        private int Size => _layer.OutputSize;

        public override void Forward(LayerInput<T> input)
        {
            _output.AsSpan(0, input.Values.Length).Clear();
            ReadOnlySpan<T> decay = _layer.Decay.Current;
            for (int row = 0; row < Context.Batch; row++)
            {
                int sequence = Context.Window.Sequence(row), steps = Context.Window.Length(row);
                Span<T> state = _state.Value.Slice(sequence * Size, Size);
                _isFirst[sequence] = _state.IsFresh(sequence);
                if (_isFirst[sequence] && _layer.Start is null && steps > 0)
                {
                    input.Values.Slice(row * Size, Size).CopyTo(state);
                }

                state.CopyTo(Average(0, row));
                for (int t = 0; t < steps; t++)
                {
                    ReadOnlySpan<T> x = input.Values.Slice((t * Context.Batch + row) * Size, Size);
                    for (int j = 0; j < Size; j++)
                    {
                        state[j] = x[j] + Sigmoid(decay[j]) * (state[j] - x[j]);
                    }

                    state.CopyTo(Average(t + 1, row));
                    state.CopyTo(_output.AsSpan((t * Context.Batch + row) * Size));
                }
            }
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            inputGradient.Clear();
            ReadOnlySpan<T> decay = _layer.Decay.Current;
            for (int row = 0; row < Context.Batch; row++)
            {
                int sequence = Context.Window.Sequence(row), steps = Context.Window.Length(row);
                Span<T> gradient = _state.InitialGradient.Slice(sequence * Size, Size);
                _state.FinalGradient.Slice(sequence * Size, Size).CopyTo(gradient);
                for (int t = steps - 1; t >= 0; t--)
                {
                    int at = (t * Context.Batch + row) * Size;
                    for (int j = 0; j < Size; j++)
                    {
                        T d = Sigmoid(decay[j]), da = gradient[j] + OutputGradient[at + j];
                        gradient[j] = da * d;
                        if (!_layer.Decay.IsFrozen)
                        {
                            _layer.Decay.Gradient[j] += da * (Average(t, row)[j] - input.Values[at + j]) * d * (T.One - d);
                        }

                        if (!inputGradient.IsEmpty)
                        {
                            inputGradient[at + j] = da * (T.One - d);
                        }
                    }
                }

                if (_isFirst[sequence])
                {
                    EndSequence(row, steps, gradient, inputGradient);
                }
            }

            _state.FinalGradient.Clear();
        }

        /// <summary>The gradient at what a sequence started from.</summary>
        private void EndSequence(int row, int steps, Span<T> gradient, Span<T> inputGradient)
        {
            for (int j = 0; j < Size; j++)
            {
                if (_layer.Start is { IsFrozen: false })
                {
                    _layer.Start.Gradient[j] += gradient[j];
                }
                else if (_layer.Start is null && steps > 0 && !inputGradient.IsEmpty)
                {
                    inputGradient[row * Size + j] += gradient[j];
                }
            }

            if (_layer.Start is null && steps > 0)
            {
                gradient.Clear();
            }
        }

        private Span<T> Average(int t, int row) => _averages.AsSpan((t * Context.Batch + row) * Size, Size);

        private static T Sigmoid(T x) => T.One / (T.One + T.Exp(-x));
    }
}
