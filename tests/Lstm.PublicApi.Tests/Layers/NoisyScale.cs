using System.Numerics;

namespace Lstm.PublicApi.Tests.Layers;

/// <summary>
/// A layer without states, <c>y = s*(x + e)/sqrt(1 + (x + e)²)</c>, where e is noise in training alone: the same for the same seed, window,
/// step and sequence.
/// </summary>
public sealed class NoisyScale<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public NoisyScale(int size, double noise)
        : base(size, size)
    {
        Noise = noise;
        Scale = AddParameter("s", Initializer.One, size);
    }

    public double Noise { get; }

    public Parameter<T> Scale { get; }

    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private sealed class Pass(PassContext<T> context, NoisyScale<T> layer) : LayerPass<T>(context, layer)
    {
        private readonly T[] _output = new T[context.Steps * context.Batch * layer.OutputSize];
        private readonly T[] _noisy = new T[context.Steps * context.Batch * layer.OutputSize];

        public override ReadOnlyMemory<T> Output => _output;

        public override void Forward(LayerInput<T> input)
        {
            ReadOnlySpan<T> scale = layer.Scale.Current;
            for (int t = 0; t < input.Steps; t++)
            {
                for (int row = 0; row < Context.Batch; row++)
                {
                    for (int j = 0; j < layer.OutputSize; j++)
                    {
                        int at = (t * Context.Batch + row) * layer.OutputSize + j;
                        T noisy = _noisy[at] = input.Values[at] + NoiseAt(t, row, j);
                        _output[at] = scale[j] * noisy / T.Sqrt(T.One + noisy * noisy);
                    }
                }
            }
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            ReadOnlySpan<T> scale = layer.Scale.Current;
            for (int at = 0; at < input.Values.Length; at++)
            {
                T noisy = _noisy[at], root = T.Sqrt(T.One + noisy * noisy), dy = OutputGradient[at];
                if (!layer.Scale.IsFrozen)
                {
                    layer.Scale.Gradient[at % layer.OutputSize] += dy * noisy / root;
                }

                if (!inputGradient.IsEmpty)
                {
                    inputGradient[at] = dy * scale[at % layer.OutputSize] / (root * root * root);
                }
            }
        }

        /// <summary>Padding has none, as it stays 0.</summary>
        private T NoiseAt(int t, int row, int unit)
        {
            if (!Context.Window.IsTraining || row >= Context.Window.ActiveRows(t))
            {
                return T.Zero;
            }

            ulong bits = Context.Seed * 31 + (ulong)Context.Window.Number;
            foreach (int part in (ReadOnlySpan<int>)[t, Context.Window.Sequence(row), unit])
            {
                bits = (bits + (ulong)part) * 0x9E3779B97F4A7C15;
                bits ^= bits >> 29;
            }

            return T.CreateTruncating(layer.Noise * (double)(bits >> 11) / (1L << 53));
        }
    }
}
