using System.Numerics;

namespace Lstm.Keras.Layouts;

/// <summary>A variable of a layer of Keras, and how it is made of the parameters of a layer of this library.</summary>
/// <param name="Path">The path within the group of the layer, such as <c>cell/vars/0</c>.</param>
/// <param name="Name">The name that Keras gives it, such as <c>kernel</c>.</param>
/// <param name="Shape">The sizes of the dimensions, slowest first.</param>
/// <param name="Import">Takes the numbers of the variable into new values of the layer's parameters.</param>
/// <param name="Export">Returns the numbers of the variable.</param>
internal sealed record KerasVariable<T>(string Path, string Name, int[] Shape, Action<T[], NewValues<T>> Import, Func<T[]> Export)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Returns the same variable of a layer that is a part of another layer.</summary>
    public KerasVariable<T> Under(string part) => this with { Path = $"{part}/{Path}" };
}
