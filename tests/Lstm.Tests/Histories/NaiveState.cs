namespace Lstm.Tests.Histories;

/// <param name="Name">The name of the state within the layer.</param>
/// <param name="Size">The number of units.</param>
/// <param name="IsCarried">Whether a window goes on from what the one before has left.</param>
internal sealed record NaiveState(string Name, int Size, bool IsCarried = true);
