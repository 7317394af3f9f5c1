using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A table with a row of numbers for each token id, effectively <c>y = E[id]</c>. The gradient of a row is the sum over all its uses.
/// Parameters: E [vocabularySize, size], uniform in ±0.05 at first.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Embedding<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates a table of <paramref name="vocabularySize"/> rows of <paramref name="size"/> numbers.</summary>
    /// <param name="vocabularySize">The number of different token ids.</param>
    /// <param name="size">The size of a row.</param>
    /// <param name="table">Sets the first values of E; default: uniform in ±0.05.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public Embedding(int vocabularySize, int size, Initializer? table = null)
        : base(Positive(vocabularySize, nameof(vocabularySize)), Positive(size, nameof(size)))
    {
        Table = AddParameter("E", table ?? Initializer.Uniform(0.05), vocabularySize, size);
    }

    /// <summary>E [vocabularySize, size].</summary>
    public Parameter<T> Table { get; }

    /// <inheritdoc/>
    public override bool AcceptsTokens => true;

    /// <inheritdoc/>
    public override bool AcceptsValues => false;

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        new LayerDescription("embedding").With("inputSize", InputSize).With("outputSize", OutputSize);

    /// <inheritdoc/>
    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private sealed class Pass(PassContext<T> context, Embedding<T> layer) : LayerPass<T>(context, layer)
    {
        private readonly T[] _output = new T[checked(context.Steps * context.Batch * layer.OutputSize)];
        private readonly SelectedSums _sums = new(layer.InputSize, context.Steps * context.Batch);

        public override ReadOnlyMemory<T> Output => _output;

        public override void Forward(LayerInput<T> input)
        {
            using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Embedding);
            int size = layer.OutputSize;
            ReadOnlySpan<T> table = layer.Table.Current;
            for (int row = 0; row < input.Tokens.Length; row++)
            {
                table.Slice(input.Tokens[row] * size, size).CopyTo(_output.AsSpan(row * size, size));      // y = E[id]
            }
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            using PhaseClock.Scope phase = PhaseClock.Enter(Phase.Embedding);
            if (!layer.Table.IsFrozen)
            {
                _sums.Add<T>(OutputGradient, input.Tokens, layer.OutputSize, layer.Table.Gradient);         // dE[id] += dy
            }
        }
    }
}
