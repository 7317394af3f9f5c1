namespace Lstm.PyTorch;

/// <summary>A tensor of a file that is not converted, as its elements are integers or truth values.</summary>
/// <param name="Name">The name, as in <c>norm.num_batches_tracked</c>.</param>
/// <param name="Type">The type of the elements, as in <c>int64</c>.</param>
/// <param name="Shape">The sizes of the dimensions, slowest first.</param>
public sealed record TorchOtherTensor(string Name, string Type, IReadOnlyList<int> Shape);
