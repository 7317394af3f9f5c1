using System.Numerics;

namespace Lstm;

/// <summary>What a recurrent product multiplies.</summary>
internal enum ProductSource
{
    /// <summary>h of the step before.</summary>
    Hidden,

    /// <summary>i, f, o of the step before.</summary>
    GateHistory,

    /// <summary>What an earlier stage of the same step left for this product.</summary>
    Inner,
}

/// <summary>Where the result of a recurrent product goes.</summary>
internal enum ProductTarget
{
    /// <summary>Added to columns of the pre-activations, which hold W x.</summary>
    Gates,

    /// <summary>Kept apart from W x.</summary>
    Recurrent,

    /// <summary>h of this step.</summary>
    Hidden,
}

/// <summary>
/// One matrix product within a step: <c>target[:, FirstColumn ..] (+)= source weights[FirstRow .. FirstRow + Rows, :]^T</c>. The engine
/// computes it, its gradient towards the source after the cell's backward step, and the gradient of the weights over all steps at once.
/// </summary>
internal sealed record RecurrentProduct<T>(Parameter<T> Weights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ProductSource Source { get; init; } = ProductSource.Hidden;

    public ProductTarget Target { get; init; } = ProductTarget.Gates;

    /// <summary>The first row of the weights that takes part.</summary>
    public int FirstRow { get; init; }

    /// <summary>The number of rows of the weights, and of columns of the target.</summary>
    public int Rows { get; init; } = Weights.Shape[0];

    /// <summary>The first column of the target.</summary>
    public int FirstColumn { get; init; }

    /// <summary>The size of the source.</summary>
    public int Columns => Weights.Shape[1];

    /// <summary>Whether the product adds to its target, or else assigns it.</summary>
    public bool AddsToTarget => Target == ProductTarget.Gates;
}
