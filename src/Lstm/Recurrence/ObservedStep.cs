using System.Numerics;

namespace Lstm;

/// <summary>Some rows of one step of a backward pass.</summary>
internal readonly ref struct ObservedStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required CellActivations<T> Activations { get; init; }

    public required Window Window { get; init; }

    /// <summary>The step t, from 0 in every segment.</summary>
    public required int Step { get; init; }

    public required int First { get; init; }

    public required int Rows { get; init; }
}
