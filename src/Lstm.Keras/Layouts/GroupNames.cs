namespace Lstm.Keras.Layouts;

/// <summary>Numbers the groups of layers as Keras does, each class by itself: lstm, dense, lstm_1.</summary>
internal sealed class GroupNames
{
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);

    /// <summary>Returns the path of the next layer of a class.</summary>
    public string Next(string group)
    {
        int number = _used.GetValueOrDefault(group);
        _used[group] = number + 1;
        return number == 0 ? $"layers/{group}" : $"layers/{group}_{number}";
    }
}
