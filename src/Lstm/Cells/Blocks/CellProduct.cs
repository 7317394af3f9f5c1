using System.Numerics;

namespace Lstm;

/// <summary>
/// One matrix product within a step: <c>to (+)= from weights[FirstRow .. FirstRow + to.Size, :]^T</c>. The engine computes it, its gradient
/// towards the source after the cell's backward step, and the gradient of the weights over all steps at once.
/// </summary>
internal sealed record CellProduct<T>(Parameter<T> Weights, Block Source, Block Target, int FirstRow)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of rows of the weights, and of columns of the target.</summary>
    public int Rows => Target.Size;

    /// <summary>The size of the source.</summary>
    public int Columns => Weights.Shape[1];

    /// <summary>Whether the product adds to W x; otherwise it assigns its target.</summary>
    public bool AddsToTarget => Target is GateRange;
}
