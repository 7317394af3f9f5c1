using System.Numerics;

namespace Lstm;

/// <summary>The packed weights of a model that several passes share, all of them forward only.</summary>
internal sealed class SharedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<(Parameter<T> Parameter, int FirstRow, int Rows), PackedWeights<T>> _weights = [];
    private readonly Dictionary<Parameter<T>, TokenTable<T>> _tables = [];
    private readonly Lock _gate = new();

    /// <summary>Returns the packed weights of some rows of a parameter.</summary>
    public PackedWeights<T> Of(Parameter<T> parameter, int firstRow, int rows)
    {
        lock (_gate)
        {
            if (!_weights.TryGetValue((parameter, firstRow, rows), out PackedWeights<T>? packed))
            {
                _weights.Add((parameter, firstRow, rows), packed = new PackedWeights<T>(parts: 1));
            }

            return packed;
        }
    }

    /// <summary>Returns the columns of a parameter by token id.</summary>
    public TokenTable<T> TableOf(Parameter<T> parameter)
    {
        lock (_gate)
        {
            if (!_tables.TryGetValue(parameter, out TokenTable<T>? table))
            {
                _tables.Add(parameter, table = new TokenTable<T>(parameter));
            }

            return table;
        }
    }
}
