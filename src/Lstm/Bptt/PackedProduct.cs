using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// A recurrent product with its weights in the orders in which the forward and the backward pass read them. Each is in parts, which are
/// columns of the result: one for each worker where workers share a step.
/// </summary>
internal sealed class PackedProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly PackedWeights<T> _forward;
    private readonly PackedWeights<T> _backward;
    private readonly DroppedWeights<T>? _dropped;

    public PackedProduct(PassContext<T> context, RecurrentProduct<T> product, int parts, DroppedWeights<T>? dropped)
    {
        _context = context;
        _dropped = dropped;
        Product = product;
        _forward = context.PackedWeightsOf(product.Weights, product.FirstRow, parts);
        _backward = new PackedWeights<T>(parts);
    }

    public RecurrentProduct<T> Product { get; }

    /// <summary>Whether the gradient at the source is added to, or else assigned.</summary>
    public bool AddsToSource { get; set; }

    public int Parts => _forward.Parts;

    /// <summary>[rows, columns]: where the gradient of the weights is added.</summary>
    public Matrix<T> WeightGradient => Range(Drops ? _dropped!.Gradient : Product.Weights.Gradient);

    /// <summary>[rows, columns] of the product's weights, less what is dropped.</summary>
    private Matrix<T> Weights => Range(Drops ? _dropped!.Values : Product.Weights.Current);

    private bool Drops => _dropped != null && _context.Window.Drops;

    /// <summary>Reads the weights for the forward pass, if they may have changed since the last time.</summary>
    public void PackForward()
    {
        if (_context.Training)
        {
            _forward.Pack(_context.Gemm, Weights.Transposed);
        }
        else
        {
            _forward.Pack(_context.Gemm, Weights.Transposed, Product.Weights.Version);
        }
    }

    /// <summary>Reads the weights of the last forward pass for the backward pass.</summary>
    public void PackBackward() => _backward.Pack(_context.Gemm, Weights);

    /// <summary>target (+)= source weights^T, of one part of the target's columns.</summary>
    public void Forward(int worker, int part, Matrix<T> source, Matrix<T> target) =>
        Multiply(worker, part, source, _forward, target, Product.AddsToTarget);

    /// <summary>sourceGradient (+)= targetGradient weights, of one part of the source's columns.</summary>
    public void Backward(int worker, int part, Matrix<T> targetGradient, Matrix<T> sourceGradient) =>
        Multiply(worker, part, targetGradient, _backward, sourceGradient, AddsToSource);

    private void Multiply(int worker, int part, Matrix<T> a, PackedWeights<T> b, Matrix<T> c, bool accumulate)
    {
        (int start, int end) = b.Columns(c.Columns, part);
        if (end > start)
        {
            _context.Gemm.MultiplyRows(worker, a, b[part], c.ColumnRange(start, end - start), accumulate);
        }
    }

    private Matrix<T> Range(ReadOnlySpan<T> weights) =>
        new Matrix<T>(weights, Product.Weights.Shape[0], Product.Columns).RowRange(Product.FirstRow, Product.Rows);
}
