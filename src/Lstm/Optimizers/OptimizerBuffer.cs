using Lstm.Numerics;

namespace Lstm;

/// <summary>The numbers that an optimiser remembers, one for each weight.</summary>
/// <param name="Name">The name of the buffer in the optimiser's state, such as <c>mean</c>.</param>
/// <param name="Values">The numbers, one for each weight of all parameters.</param>
/// <param name="AreSquares">Whether the numbers are sums or means of squares of gradients.</param>
internal readonly record struct OptimizerBuffer<T>(string Name, AlignedBuffer<T> Values, bool AreSquares)
    where T : unmanaged;
