using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// The transpose of a weight matrix in the order in which products read it. Training packs it for every window, as the weights have
/// changed; a pass that only goes forward packs it when the model's values have changed.
/// </summary>
internal sealed class PackedWeights<T>(PassContext<T> context, Parameter<T> weights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PackedMatrix<T> _packed = new();
    private long _version = -1;

    /// <summary>W^T of the present values.</summary>
    public PackedMatrix<T> Transposed
    {
        get
        {
            long version = weights.Version;
            if (context.Training || version != _version)
            {
                context.Gemm.Pack(new Matrix<T>(weights.Current, weights.Shape[0], weights.Shape[1]).Transposed, _packed);
                _version = version;
            }

            return _packed;
        }
    }
}
