using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Bidirectional with merge_mode="concat": the second layer reads the steps from the last to the first.</summary>
internal sealed class ReferenceBidirectional(ReferenceLayer forward, ReferenceLayer backward) : ReferenceLayer
{
    public override string ClassName => "Bidirectional";

    public override string Group => "bidirectional";

    public override int OutputSize => forward.OutputSize + backward.OutputSize;

    public override IReadOnlyList<Variable> Variables =>
    [
        .. forward.Variables.Select(variable => variable.Under("forward_layer", $"forward_{forward.Group}")),
        .. backward.Variables.Select(variable => variable.Under("backward_layer", $"backward_{backward.Group}")),
    ];

    public override IReadOnlyList<string> Parts => ["forward_layer", "forward_layer/cell", "backward_layer", "backward_layer/cell"];

    public override double[][] Run(double[][] x)
    {
        double[][] there = forward.Run(x), back = backward.Run([.. x.Reverse()]);
        return [.. there.Zip(back.Reverse(), (a, b) => (double[])[.. a, .. b])];
    }

    public override JsonObject Options()
    {
        JsonObject reversed = backward.Options();
        reversed["go_backwards"] = true;
        return new()
        {
            ["merge_mode"] = "concat",
            ["layer"] = ReferenceModel.Describe(forward.ClassName, $"forward_{forward.Group}", forward.Options()),
            ["backward_layer"] = ReferenceModel.Describe(backward.ClassName, $"backward_{backward.Group}", reversed),
        };
    }

    public override Layer<T> Make<T>() => new Bidirectional<T>(forward.Make<T>(), backward.Make<T>());
}
