using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A product of a cell with its weights in the orders in which the forward and the backward pass read them. Each is in parts, which are
/// columns of the result: one for each worker where workers share a step.
/// </summary>
/// <param name="context">The context of the pass.</param>
/// <param name="product">The product.</param>
/// <param name="source">The buffer that it reads, at step t in slot t.</param>
/// <param name="sourceGradient">[1,B,columns]: the gradient at its source.</param>
/// <param name="target">The buffer that takes its result, and then the gradient at it.</param>
/// <param name="parts">The number of parts.</param>
/// <param name="dropped">The weights without their dropped elements, or null.</param>
internal sealed class PackedProduct<T>(
    PassContext<T> context, CellProduct<T> product, StepBuffer<T> source, StepBuffer<T> sourceGradient, StepBuffer<T> target, int parts,
    DroppedWeights<T>? dropped)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PackedWeights<T> _forward = context.PackedWeightsOf(product.Weights, product.FirstRow, product.Rows, parts);
    private readonly PackedWeights<T> _backward = new(parts);

    public CellProduct<T> Product { get; } = product;

    /// <summary>[1,B,columns].</summary>
    public StepBuffer<T> SourceGradient { get; } = sourceGradient;

    /// <summary>Whether the product adds to the gradient at the source; otherwise it assigns it.</summary>
    public bool AddsToSource { get; set; }

    /// <summary>The gradient [rows, columns] of the product's weights, which is added to.</summary>
    public Matrix<T> WeightGradient => Range(Drops ? dropped!.Gradient : Product.Weights.Gradient);

    /// <summary>The product's weights [rows, columns] without their dropped elements.</summary>
    private Matrix<T> Weights => Range(Drops ? dropped!.Values : Product.Weights.Current);

    private bool Drops => dropped != null && context.Window.IsTraining;

    /// <summary>Reads the weights for the forward pass, if they may have changed since the last time.</summary>
    public void PackForward() => _forward.Pack(context.Gemm, Weights.Transposed, context.VersionOf(Product.Weights));

    /// <summary>Reads the weights of the last forward pass for the backward pass.</summary>
    public void PackBackward() => _backward.Pack(context.Gemm, Weights, version: null);

    /// <summary>Returns the source [rows, columns] of some rows, which may go on into the steps after t.</summary>
    public Matrix<T> Source(int t, int first, int rows) => new(source.Rows(t, first, rows), rows, source.Width);

    /// <summary>Returns the product's result [rows, columns of the target] in some rows, or the gradient at it.</summary>
    public Matrix<T> Target(int t, int first, int rows) => new Matrix<T>(target.Rows(t, first, rows), rows, target.Width)
        .ColumnRange(Product.Target is GateRange gates ? gates.FirstColumn : 0, Product.Rows);

    /// <summary>Computes target (+)= source weights^T: a worker's part of the target's columns, or all of them.</summary>
    public void Forward(int worker, bool isShared, int t, int first, int rows)
    {
        if (rows > 0)
        {
            Multiply(worker, isShared, Source(t, first, rows), _forward, Target(t, first, rows), Product.AddsToTarget);
        }
    }

    /// <summary>Computes sourceGradient (+)= targetGradient weights: a worker's part of the source's columns, or all of them.</summary>
    public void Backward(int worker, bool isShared, int t, int first, int rows)
    {
        if (rows > 0)
        {
            Matrix<T> gradient = new(SourceGradient.Rows(0, first, rows), rows, SourceGradient.Width);
            Multiply(worker, isShared, Target(t, first, rows), _backward, gradient, AddsToSource);
        }
    }

    private void Multiply(int worker, bool isShared, Matrix<T> a, PackedWeights<T> b, Matrix<T> c, bool accumulate)
    {
        (int firstPart, int endPart) = isShared ? (worker, worker + 1) : (0, b.Parts);
        for (int part = firstPart; part < endPart; part++)
        {
            (int start, int end) = b.Columns(c.Columns, part);
            if (end > start)
            {
                context.Gemm.MultiplyRows(worker, a, b[part], c.ColumnRange(start, end - start), accumulate);
            }
        }
    }

    private Matrix<T> Range(ReadOnlySpan<T> weights) =>
        new Matrix<T>(weights, Product.Weights.Shape[0], Product.Columns).RowRange(Product.FirstRow, Product.Rows);
}
