using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The matrix W^T, a row for each token id; in the backward pass dW^T.</summary>
internal sealed class TokenTable<T>(Parameter<T> weights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock _gate = new();
    private T[] _rows = [];
    private long _version = -1;

    /// <summary>[inputSize, outputSize].</summary>
    public Span<T> Rows => _rows.Length > 0 ? _rows : _rows = new T[weights.Length];

    /// <summary>Transposes the weights if the table is not of that version, or if that is null.</summary>
    public void Fill(long? version)
    {
        if (Volatile.Read(ref _version) == version)
        {
            return;
        }

        lock (_gate)
        {
            if (_version != version)
            {
                Transpose.Assign(weights.Current, weights.Shape[0], weights.Shape[1], Rows);
                Volatile.Write(ref _version, version ?? -1);
            }
        }
    }
}
