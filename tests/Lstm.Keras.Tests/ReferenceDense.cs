using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Dense: y = x K + b.</summary>
internal sealed class ReferenceDense(Random random, int inputs, int units, string activation = "linear") : ReferenceLayer
{
    public override string ClassName => "Dense";

    public override string Group => "dense";

    public override int OutputSize => units;

    public override IReadOnlyList<Variable> Variables { get; } =
    [
        Variable.Random(random, "vars/0", "kernel:0", inputs, units),
        Variable.Random(random, "vars/1", "bias:0", units),
    ];

    public override double[][] Run(double[][] x) =>
        [.. x.Select(input => (double[])[.. Times(input, Variables[0]).Zip(Variables[1].Values, (a, b) => a + b)])];

    public override JsonObject Options() => new() { ["units"] = units, ["activation"] = activation, ["use_bias"] = true };

    public override Layer<T> Make<T>() => new Dense<T>(inputs, units);
}
