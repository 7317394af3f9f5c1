namespace Lstm.PyTorch.Pickles;

/// <summary>A tuple of a pickle.</summary>
/// <param name="Items">The items: numbers, texts, truth values, null for None, and the types of this folder.</param>
internal sealed record PickleTuple(object?[] Items);
