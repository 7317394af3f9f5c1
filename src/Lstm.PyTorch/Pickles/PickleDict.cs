namespace Lstm.PyTorch.Pickles;

/// <summary>A dictionary of a pickle, ordinary or ordered.</summary>
internal sealed class PickleDict
{
    private readonly List<KeyValuePair<object, object?>> _members = [];

    /// <summary>The members in the order in which they were set; a key may come twice.</summary>
    public IReadOnlyList<KeyValuePair<object, object?>> Members => _members;

    /// <summary>Adds a member.</summary>
    public void Add(object key, object? value) => _members.Add(new(key, value));
}
