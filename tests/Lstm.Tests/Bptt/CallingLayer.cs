namespace Lstm.Tests.Bptt;

/// <summary>y = x, and calls of a test from within the forward and the backward pass.</summary>
internal sealed class CallingLayer(int size) : Layer<double>(size, size)
{
    public Action? DuringForward { get; set; }

    public Action? DuringBackward { get; set; }

    public override LayerPass<double> CreatePass(PassContext<double> context) => new Pass(context, this);

    private sealed class Pass(PassContext<double> context, CallingLayer layer) : LayerPass<double>(context, layer)
    {
        private readonly double[] _output = new double[context.Steps * context.Batch * layer.OutputSize];

        public override ReadOnlyMemory<double> Output => _output;

        public override void Forward(LayerInput<double> input)
        {
            input.Values.CopyTo(_output);
            layer.DuringForward?.Invoke();
        }

        public override void Backward(LayerInput<double> input, Span<double> inputGradient)
        {
            OutputGradient[..inputGradient.Length].CopyTo(inputGradient);
            layer.DuringBackward?.Invoke();
        }
    }
}
