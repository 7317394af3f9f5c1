using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>A variable in Keras' own layout.</summary>
/// <param name="Path">The path in files of Keras 3, within the layer.</param>
/// <param name="LegacyName">The name in files of Keras 2, within the layer.</param>
/// <param name="Shape">The sizes of the dimensions.</param>
/// <param name="Values">The numbers, row-major; each can be written as a number of 32 bits.</param>
internal sealed record Variable(string Path, string LegacyName, int[] Shape, double[] Values)
{
    public static Variable Random(Random random, string path, string legacyName, params int[] shape)
    {
        double[] values = new double[shape.Aggregate(1, (product, size) => product * size)];
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = (float)(random.NextDouble() - 0.5);
        }

        return new(path, legacyName, shape, values);
    }

    public double At(int row, int column) => Values[row * Shape[^1] + column];

    public Variable Under(string part, string legacyPart) =>
        this with { Path = $"{part}/{Path}", LegacyName = $"{legacyPart}/{LegacyName}" };

    public JsonObject Describe(string path, string dtype) => new()
    {
        ["path"] = path,
        ["shape"] = new JsonArray([.. Shape.Select(size => JsonValue.Create(size))]),
        ["dtype"] = dtype,
        ["values"] = new JsonArray([.. Values.Select(value => JsonValue.Create(value))]),
    };
}
