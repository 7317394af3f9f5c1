namespace Lstm.Tool;

/// <summary>The names of the modules of a state dictionary of PyTorch.</summary>
internal sealed record TorchNames(string Recurrent, string Embedding, string Linear);
