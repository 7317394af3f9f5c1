using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>A recurrent layer of Keras, which starts every sequence from zeros.</summary>
internal abstract class ReferenceRecurrent(int units) : ReferenceLayer
{
    protected int Units { get; } = units;

    public override int OutputSize => Units;

    public override IReadOnlyList<string> Parts => ["cell"];

    protected static Variable[] Make(Random random, string cell, int inputs, int units, int gates, params int[] bias) =>
    [
        Variable.Random(random, "cell/vars/0", $"{cell}/kernel:0", inputs, gates * units),
        Variable.Random(random, "cell/vars/1", $"{cell}/recurrent_kernel:0", units, gates * units),
        Variable.Random(random, "cell/vars/2", $"{cell}/bias:0", bias),
    ];

    public override JsonObject Options() => new()
    {
        ["units"] = Units,
        ["activation"] = "tanh",
        ["use_bias"] = true,
        ["return_sequences"] = true,
        ["return_state"] = false,
        ["go_backwards"] = false,
        ["stateful"] = false,
        ["unroll"] = false,
        ["zero_output_for_mask"] = false,
        ["dropout"] = 0.0,
        ["recurrent_dropout"] = 0.0,
        ["kernel_regularizer"] = null,
        ["seed"] = null,
    };
}
