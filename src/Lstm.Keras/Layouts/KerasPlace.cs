using System.Numerics;

namespace Lstm.Keras.Layouts;

/// <summary>A layer of a model at its place in a file of Keras.</summary>
/// <param name="Path">The path of its group, such as <c>layers/lstm_1</c>.</param>
/// <param name="Layer">The layer of Keras.</param>
internal sealed record KerasPlace<T>(string Path, KerasLayer<T> Layer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Returns the places of all layers of a model. Keras numbers the layers of each class by themselves: lstm, dense, lstm_1.
    /// </summary>
    /// <exception cref="NotSupportedException">Keras has no layer for one of the model.</exception>
    public static List<KerasPlace<T>> Of(Sequential<T> model)
    {
        GroupNames names = new();
        List<KerasPlace<T>> places = [];
        for (int k = 0; k < model.Layers.Count; k++)
        {
            KerasLayer<T> layer = KerasLayer<T>.Of(model.Layers[k], $"layer {k}");
            places.Add(new(names.Next(layer.Group), layer));
        }

        return places;
    }
}
