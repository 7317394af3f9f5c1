using System.Numerics;

namespace Lstm;

/// <summary>A named tensor of a <see cref="NamedState{T}"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Name">The name of the quantity and of its parameter, as in <c>mean.0.W</c>.</param>
/// <param name="Shape">The shape of the parameter.</param>
/// <param name="Values">The numbers, row-major.</param>
public sealed record StateTensor<T>(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<T> Values)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether there are as many values as the shape says.</summary>
    internal bool HasItsShape =>
        Shape.All(size => size >= 0) && Shape.Aggregate(1L, (product, size) => Math.Min(product * size, 1L << 32)) == Values.Length;

    internal string Describe() => $"{Name}[{string.Join(",", Shape.Select(size => $"{size}"))}]";

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(StateTensor<>), PrintMembers);
}
