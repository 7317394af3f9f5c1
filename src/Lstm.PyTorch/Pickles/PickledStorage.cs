namespace Lstm.PyTorch.Pickles;

/// <summary>The numbers that one or several tensors see: an entry of the archive.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Key">The name of the entry in the folder <c>data</c>.</param>
/// <param name="Count">The number of elements.</param>
internal sealed record PickledStorage(ElementType Type, string Key, long Count);
