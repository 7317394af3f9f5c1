using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A weight matrix in the order in which products read it, in parts of columns. Training packs it for every window, as the weights have
/// changed. Passes that only go forward pack it when the model's values have changed, and can share it.
/// </summary>
internal sealed class PackedWeights<T>(int parts)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PackedMatrix<T>[] _parts = [.. Enumerable.Range(0, parts).Select(_ => new PackedMatrix<T>())];
    private readonly Lock _gate = new();
    private long _version = -1;

    public int Parts => _parts.Length;

    public PackedMatrix<T> this[int part] => _parts[part];

    /// <summary>Packs the matrix if the packed one is not of that version, or if that is null.</summary>
    public void Pack(Gemm<T> gemm, Matrix<T> matrix, long? version)
    {
        if (Volatile.Read(ref _version) == version)
        {
            return;
        }

        lock (_gate)
        {
            if (_version == version)
            {
                return;
            }

            for (int part = 0; part < _parts.Length; part++)
            {
                (int start, int end) = Columns(matrix.Columns, part);
                if (end > start)
                {
                    gemm.Pack(matrix.ColumnRange(start, end - start), _parts[part]);
                }
            }

            Volatile.Write(ref _version, version ?? -1);
        }
    }

    /// <summary>Returns the columns of a part: whole panels.</summary>
    public (int Start, int End) Columns(int columns, int part)
    {
        int width = PackedMatrix<T>.PanelWidth;
        (int start, int end) = WorkerTeam.Slice((columns + width - 1) / width, part, _parts.Length);
        return (start * width, Math.Min(end * width, columns));
    }
}
