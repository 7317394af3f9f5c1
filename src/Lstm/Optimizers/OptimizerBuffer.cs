using Lstm.Numerics;

namespace Lstm;

/// <summary>What an optimiser remembers of every weight.</summary>
/// <param name="Name">The name in its state, such as <c>mean</c>.</param>
/// <param name="Values">As long as all parameters.</param>
/// <param name="AreSquares">Whether they are sums or means of squares of gradients.</param>
internal readonly record struct OptimizerBuffer<T>(string Name, AlignedBuffer<T> Values, bool AreSquares)
    where T : unmanaged;
