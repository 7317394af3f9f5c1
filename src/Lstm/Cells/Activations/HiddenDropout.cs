using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// h' of every step as the products read it: some elements are dropped, the same ones at all steps (Gal and Ghahramani 2016).
/// </summary>
internal sealed class HiddenDropout<T>(PassContext<T> context, int size, double rate)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentMask<T> _mask = RecurrentMask<T>.Dropout(context, steps: 1, size, rate)!;

    /// <summary>[T,B,R].</summary>
    public StepBuffer<T> Values { get; } = new(context.Steps, context.Batch, size);

    /// <summary>[1,B,R]: what the products pass back.</summary>
    public StepBuffer<T> Gradient { get; } = new(1, context.HasBackward ? context.Batch : 0, size);

    public void Draw(int first, int rows) => _mask.Draw(0, first, rows);

    public void Forward(int t, int first, int rows, ReadOnlySpan<T> before) =>
        TensorPrimitives.Multiply(before, _mask.Rows(0, first, rows), Values.Rows(t, first, rows));

    /// <summary>Passes the gradient on to h'.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="gradient">[rows, R]: the gradient at h'.</param>
    /// <param name="adds">Whether to add to the gradient at h', instead of assigning it.</param>
    public void Backward(int first, int rows, Span<T> gradient, bool adds)
    {
        ReadOnlySpan<T> masked = Gradient.Rows(0, first, rows), mask = _mask.Rows(0, first, rows);
        if (adds)
        {
            TensorPrimitives.MultiplyAdd(masked, mask, gradient, gradient);
        }
        else
        {
            TensorPrimitives.Multiply(masked, mask, gradient);
        }
    }

    /// <summary>Drops elements of a signal, or of its gradient, in place.</summary>
    public void Apply(Span<T> values, int first, int rows) => TensorPrimitives.Multiply(values, _mask.Rows(0, first, rows), values);
}
