using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PublicApi.Tests.Layers;

/// <summary>A layer of two others, <c>y = a * g(a)</c> with <c>a = f(x)</c>.</summary>
public sealed class GatedPair<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _gateName;

    public GatedPair(Layer<T> first, Layer<T> gate, string gateName = "gate")
        : base(first.InputSize, first.OutputSize)
    {
        (First, Gate) = (first, gate);
        AddPart("first", first);
        AddPart(gateName, gate);
        _gateName = gateName;
    }

    public Layer<T> First { get; }

    public Layer<T> Gate { get; }

    public override bool AcceptsTokens => First.AcceptsTokens;

    public override bool IsCausal => First.IsCausal && Gate.IsCausal;

    public override LayerDescription? Describe() => (First.Describe(), Gate.Describe()) is ({ } first, { } gate)
        ? new LayerDescription("tests.pair").With("parts", first, gate).With("gateName", _gateName)
        : null;

    public override LayerPass<T> CreatePass(PassContext<T> context) => new Pass(context, this);

    private sealed class Pass : LayerPass<T>
    {
        private readonly int _size;
        private readonly LayerPass<T> _first, _gate;
        private readonly T[] _output;
        private readonly T[] _gradient;                 // at the input of g

        public Pass(PassContext<T> context, GatedPair<T> layer)
            : base(context, layer)
        {
            (_size, _first, _gate) = (layer.OutputSize, layer.First.CreatePass(context), layer.Gate.CreatePass(context));
            States = [.. NameStates("first", _first), .. NameStates("gate", _gate)];
            _output = new T[context.Steps * context.Batch * _size];
            _gradient = new T[context.HasBackward ? _output.Length : 0];
        }

        public override ReadOnlyMemory<T> Output => _output;

        public override IReadOnlyList<RecurrentState<T>> States { get; }

        public override void Forward(LayerInput<T> input)
        {
            _first.Forward(input);
            LayerInput<T> a = InputOfGate(input.Steps);
            _gate.Forward(a);
            TensorPrimitives.Multiply(a.Values, _gate.Output.Span[..a.Values.Length], _output);
        }

        public override void Backward(LayerInput<T> input, Span<T> inputGradient)
        {
            LayerInput<T> a = InputOfGate(input.Steps);
            int length = a.Values.Length;
            ReadOnlySpan<T> dy = OutputGradient[..length];
            Span<T> da = _first.OutputGradient[..length], fromGate = _gradient.AsSpan(0, length);
            TensorPrimitives.Multiply(dy, a.Values, _gate.OutputGradient);
            TensorPrimitives.Multiply(dy, _gate.Output.Span[..length], da);
            _gate.Backward(a, fromGate);
            TensorPrimitives.Add(da, fromGate, da);
            _first.Backward(input, inputGradient);
        }

        private LayerInput<T> InputOfGate(int steps) => new(_first.Output[..(steps * Context.Batch * _size)], steps);
    }
}
