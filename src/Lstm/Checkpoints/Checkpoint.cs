using System.Numerics;

namespace Lstm;

/// <summary>
/// All that a run of training needs to go on as if it had never stopped: the states of its parts, by name, and what is told in words.
/// Every number comes back to the bit.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record Checkpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The updates done.</summary>
    public required long Step { get; init; }

    /// <summary>States by the names of their parts, such as <c>model</c>, <c>optimizer</c> or <c>best</c>.</summary>
    public required IReadOnlyDictionary<string, TrainingState<T>> Parts { get; init; }

    /// <summary>Whatever else there is to keep, by name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();
}
