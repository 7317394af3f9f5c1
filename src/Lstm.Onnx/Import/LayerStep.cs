namespace Lstm.Onnx;

/// <summary>A layer of the model that is made, and the numbers that its parameters get once the model has been made.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="IsReversed">Whether it reads sequences from their end, for which it has to become a part of two directions.</param>
/// <param name="Values">The numbers.</param>
internal sealed record LayerStep(Layer<float> Layer, bool IsReversed, IReadOnlyList<(Parameter<float> Parameter, float[] Values)> Values)
{
    /// <summary>Returns a step of a layer of parameters, by their short names.</summary>
    public static LayerStep Of(Layer<float> layer, bool isReversed, params IReadOnlyList<(string Name, float[] Values)> values)
    {
        Dictionary<string, Parameter<float>> parameters = layer.Parameters.ToDictionary(parameter => parameter.Name);
        return new(layer, isReversed, [.. values.Select(value => (parameters[value.Name], value.Values))]);
    }

    /// <summary>Returns a step of a layer that has others as its parts.</summary>
    public static LayerStep OfParts(Layer<float> layer, params IEnumerable<LayerStep> parts) =>
        new(layer, false, [.. parts.SelectMany(part => part.Values)]);
}
