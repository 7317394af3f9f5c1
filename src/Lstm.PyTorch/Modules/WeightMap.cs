using System.Numerics;

namespace Lstm.PyTorch.Modules;

/// <summary>A tensor of PyTorch that is a parameter as it is: matrices have the same rows and columns.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Parameter">The parameter.</param>
internal sealed record WeightMap<T>(string Name, Parameter<T> Parameter) : ITensorMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Import(WeightImport<T> import) => import.Set(Parameter, import.Take(Name, Parameter.Shape));

    public IEnumerable<StateTensor<T>> Export() => [new(Name, Parameter.Shape.ToArray(), Parameter.Current.ToArray())];
}
