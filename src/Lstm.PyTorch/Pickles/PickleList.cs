namespace Lstm.PyTorch.Pickles;

/// <summary>A list of a pickle, whose items matter to nobody: no list leads to a state dictionary.</summary>
internal sealed class PickleList;
