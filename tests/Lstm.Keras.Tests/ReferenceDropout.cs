using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Dropout, which passes its input on where nothing is trained.</summary>
internal sealed class ReferenceDropout(int size) : ReferenceLayer
{
    public override string ClassName => "Dropout";

    public override string Group => "dropout";

    public override int OutputSize => size;

    public override double[][] Run(double[][] x) => x;

    public override JsonObject Options() => new() { ["rate"] = 0.25, ["seed"] = null, ["noise_shape"] = null };

    public override Layer<T> Make<T>() => new Dropout<T>(size, 0.25);
}
