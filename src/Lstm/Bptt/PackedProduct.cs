using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The weights of a recurrent product in the orders in which the forward and the backward pass read them. Each is in parts, which are
/// columns of the result: one for each worker where workers share a step.
/// </summary>
internal sealed class PackedProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly PackedMatrix<T>[] _forward;
    private readonly PackedMatrix<T>[] _backward;
    private readonly DroppedWeights<T>? _dropped;
    private long _version = -1;

    public PackedProduct(PassContext<T> context, RecurrentProduct<T> product, int parts, DroppedWeights<T>? dropped)
    {
        _context = context;
        _dropped = dropped;
        Product = product;
        _forward = CreateParts(parts);
        _backward = CreateParts(context.Training ? parts : 0);
    }

    public RecurrentProduct<T> Product { get; }

    public int Parts => _forward.Length;

    /// <summary>[rows, columns] of the product's weights, less what is dropped.</summary>
    private Matrix<T> Weights =>
        Range(_dropped is null ? Product.Weights.Current : _dropped.Values);

    /// <summary>Where the gradient of <see cref="Weights"/> is added.</summary>
    public Matrix<T> WeightGradient => Range(_dropped is null ? Product.Weights.Gradient : _dropped.Gradient);

    /// <summary>Reads the weights for the forward pass, if they may have changed since the last time.</summary>
    public void PackForward()
    {
        long version = Product.Weights.Version;
        if (_context.Training || version != _version)
        {
            _version = version;
            Pack(Weights.Transposed, _forward);
        }
    }

    /// <summary>Reads the weights of the last forward pass for the backward pass.</summary>
    public void PackBackward() => Pack(Weights, _backward);

    /// <summary>target (+)= source weights^T, of one part of the target's columns.</summary>
    public void Forward(int worker, int part, Matrix<T> source, Matrix<T> target) =>
        Multiply(worker, part, source, _forward[part], target, Product.AddsToTarget);

    /// <summary>sourceGradient (+)= targetGradient weights, of one part of the source's columns.</summary>
    public void Backward(int worker, int part, Matrix<T> targetGradient, Matrix<T> sourceGradient, bool accumulate) =>
        Multiply(worker, part, targetGradient, _backward[part], sourceGradient, accumulate);

    private void Multiply(int worker, int part, Matrix<T> a, PackedMatrix<T> b, Matrix<T> c, bool accumulate)
    {
        (int start, int end) = Columns(c.Columns, part);
        if (end > start)
        {
            _context.Gemm.MultiplyRows(worker, a, b, c.ColumnRange(start, end - start), accumulate);
        }
    }

    private void Pack(Matrix<T> weights, PackedMatrix<T>[] parts)
    {
        for (int part = 0; part < parts.Length; part++)
        {
            (int start, int end) = Columns(weights.Columns, part);
            if (end > start)
            {
                _context.Gemm.Pack(weights.ColumnRange(start, end - start), parts[part]);
            }
        }
    }

    /// <summary>The columns of a part: whole panels.</summary>
    private (int Start, int End) Columns(int columns, int part)
    {
        int width = PackedMatrix<T>.PanelWidth;
        (int start, int end) = WorkerTeam.Slice((columns + width - 1) / width, part, Parts);
        return (start * width, Math.Min(end * width, columns));
    }

    private Matrix<T> Range(ReadOnlySpan<T> weights) =>
        new Matrix<T>(weights, Product.Weights.Shape[0], Product.Columns).RowRange(Product.FirstRow, Product.Rows);

    private static PackedMatrix<T>[] CreateParts(int count)
    {
        PackedMatrix<T>[] parts = new PackedMatrix<T>[count];
        for (int part = 0; part < count; part++)
        {
            parts[part] = new PackedMatrix<T>();
        }

        return parts;
    }
}
