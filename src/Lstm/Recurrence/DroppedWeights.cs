using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Recurrent weights some of which are dropped, drawn anew for each window: R*m forward, dR += m*d(R*m) backward.</summary>
internal sealed class DroppedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly Parameter<T> _weights;
    private readonly double _keep;
    private readonly uint _id;
    private readonly AlignedBuffer<T> _mask;
    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<T> _gradient;

    public DroppedWeights(PassContext<T> context, Parameter<T> weights, double rate)
    {
        _context = context;
        _weights = weights;
        _keep = 1 - rate;
        _id = context.NextMask();
        int length = context.HasBackward ? weights.Length : 0;
        (_mask, _values, _gradient) = (new AlignedBuffer<T>(length), new AlignedBuffer<T>(length), new AlignedBuffer<T>(length));
    }

    /// <summary>R.</summary>
    public Parameter<T> Weights => _weights;

    /// <summary>R*m of the present window.</summary>
    public ReadOnlySpan<T> Values => _values.Span;

    /// <summary>The gradient with respect to <see cref="Values"/>, zero before a backward pass.</summary>
    public Span<T> Gradient => _gradient.Span;

    public void Draw()
    {
        if (_context.Window.IsTraining)
        {
            UInt128 stream = RandomStream.Mask(_context.Window.Number, _id);
            DropoutMask.Fill(_context.Seed, stream, row: 0, _keep, T.CreateTruncating(1 / _keep), _mask.Span);
            TensorPrimitives.Multiply(_weights.Current, _mask.Span, _values.Span);
        }
    }

    /// <summary>Begins a backward pass: clears the gradient, of which a failed pass may have left a part.</summary>
    public void BeginBackward()
    {
        if (_context.Window.IsTraining)
        {
            _gradient.Span.Clear();
        }
    }

    public void AddGradient()
    {
        if (_context.Window.IsTraining && !_weights.IsFrozen)
        {
            TensorPrimitives.MultiplyAdd(_gradient.Span, _mask.Span, _weights.Gradient, _weights.Gradient);
        }
    }
}
