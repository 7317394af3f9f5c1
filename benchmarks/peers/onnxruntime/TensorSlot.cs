namespace Lstm.Peers.OnnxRuntime;

/// <summary>A tensor that goes into the graph, comes out of it, or both.</summary>
/// <param name="Input">The name of what goes in; empty for none.</param>
/// <param name="Output">The name of what comes out; empty for none.</param>
/// <param name="Shape">The size of each axis.</param>
internal sealed record TensorSlot(string Input, string Output, long[] Shape)
{
    public int Length => (int)Shape.Aggregate(1L, (product, size) => product * size);
}
