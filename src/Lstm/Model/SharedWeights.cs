using System.Collections.Concurrent;
using System.Numerics;

namespace Lstm;

/// <summary>The packed weights of a model that several passes share, all of them forward only.</summary>
internal sealed class SharedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConcurrentDictionary<(Parameter<T> Parameter, int FirstRow, int Rows), PackedWeights<T>> _weights = new();
    private readonly ConcurrentDictionary<Parameter<T>, TokenTable<T>> _tables = new();

    public PackedWeights<T> Of(Parameter<T> parameter, int firstRow, int rows) =>
        _weights.GetOrAdd((parameter, firstRow, rows), _ => new PackedWeights<T>(parts: 1));

    public TokenTable<T> TableOf(Parameter<T> parameter) => _tables.GetOrAdd(parameter, key => new TokenTable<T>(key));
}
