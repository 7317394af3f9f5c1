using System.Numerics;

namespace Lstm.PyTorch.Modules;

/// <summary>Takes tensors of PyTorch to parameters and back.</summary>
internal interface ITensorMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Takes tensors from an import, and gives it the values of parameters.</summary>
    void Import(WeightImport<T> import);

    /// <summary>Returns tensors with copies of the values of parameters.</summary>
    IEnumerable<StateTensor<T>> Export();
}
