using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Recurrent weights some of which are dropped, drawn anew for each window: R*m forward, dR += m*d(R*m) backward.</summary>
internal sealed class DroppedWeights<T>(PassContext<T> context, Parameter<T> weights, double rate)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _keep = 1 - rate;
    private readonly uint _id = context.NextMask();
    private readonly AlignedBuffer<T> _mask = new(context.HasBackward ? weights.Length : 0);
    private readonly AlignedBuffer<T> _values = new(context.HasBackward ? weights.Length : 0);
    private readonly AlignedBuffer<T> _gradient = new(context.HasBackward ? weights.Length : 0);

    /// <summary>R.</summary>
    public Parameter<T> Weights => weights;

    /// <summary>R*m of the present window.</summary>
    public ReadOnlySpan<T> Values => _values.Span;

    /// <summary>The gradient with respect to <see cref="Values"/>, zero before a backward pass.</summary>
    public Span<T> Gradient => _gradient.Span;

    public void Draw()
    {
        if (context.Window.IsTraining)
        {
            UInt128 stream = RandomStream.Mask(context.Window.Number, _id);
            DropoutMask.Fill(context.Seed, stream, row: 0, _keep, T.CreateTruncating(1 / _keep), _mask.Span);
            TensorPrimitives.Multiply(weights.Current, _mask.Span, _values.Span);
        }
    }

    /// <summary>Begins a backward pass: clears the gradient, of which a failed pass may have left a part.</summary>
    public void BeginBackward()
    {
        if (context.Window.IsTraining)
        {
            _gradient.Span.Clear();
        }
    }

    public void AddGradient()
    {
        if (context.Window.IsTraining && !weights.IsFrozen)
        {
            TensorPrimitives.MultiplyAdd(_gradient.Span, _mask.Span, weights.Gradient, weights.Gradient);
        }
    }
}
