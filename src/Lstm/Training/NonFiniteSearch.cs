using System.Numerics;

namespace Lstm;

/// <summary>
/// Finds after the fact where a number that is not finite arose. It searches the forward pass from the first layer on, and the backward
/// pass from the last layer on.
/// </summary>
internal static class NonFiniteSearch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Searches after a forward pass whose loss is not finite: the weights, the batch, then the outputs from the first layer on, then the
    /// loss itself. The message has what <see cref="WeightGrowth{T}"/> tells of the <paramref name="growth"/> of the weights.
    /// </summary>
    public static NonFiniteException InForward(Bptt<T> bptt, long step, double loss, object? batch = null, string growth = "")
    {
        Sequential<T> model = bptt.Model;
        string end = $"so the loss is {loss}";
        foreach (Parameter<T> parameter in model.Parameters)
        {
            int at = NonFinite.IndexIn(parameter.Current);
            if (at >= 0)
            {
                int layer = parameter.Layer;
                string weights =
                    $"the weights {parameter.Name} ({Describe(model, layer)}) hold {Describe(parameter.Current, at, parameter.Shape)}";
                return Error(step, layer, parameter.Name, $"{weights}, {end}", growth);
            }
        }

        if ((batch as IBatchNumbers)?.FindNonFinite(withTargets: true) is BatchNumber number)
        {
            return Error(step, null, number.Tensor, $"the {number.Tensor} of the batch holds {number.Value}, {number.Place}, {end}");
        }

        if (bptt.Unrolling.FindNonFiniteInput() is (int inputStep, int sequence, int feature, var input))
        {
            string value = Describe(input, [inputStep, sequence, feature]);
            return Error(step, null, BatchNumber.Input, $"the input of the batch holds {value}, its [step, sequence, feature], {end}");
        }

        for (int layer = 0; layer < model.Layers.Count; layer++)
        {
            if (bptt.Unrolling.FindNonFiniteOutput(layer) is (int t, int unit, var output))
            {
                string outputs = $"the output of layer {layer} ({Describe(model, layer)}) holds {Describe(output, [t, unit])}";
                return Error(step, layer, $"{layer}.output", $"{outputs}, its [step, unit], {end}", growth);
            }
        }

        string message = $"the loss is {loss}, though all weights and outputs of layers are finite";
        return Error(step, null, null, growth == "" ? $"{message}: look at the targets" : message, growth);
    }

    /// <summary>Searches after backward passes: the gradients from the last layer on.</summary>
    public static NonFiniteException InBackward(Sequential<T> model, long step, double loss, double norm, string growth = "")
    {
        Parameter<T>[] damaged = [.. model.Parameters.Where(parameter => NonFinite.IndexIn<T>(parameter.Gradient) >= 0)];
        if (damaged.Length == 0)
        {
            return Error(step, null, null, $"the norm of the gradients is {norm}, though each is finite; the loss was {loss}", growth);
        }

        int layer = damaged.Max(parameter => parameter.Layer);
        Parameter<T> first = damaged.First(parameter => parameter.Layer == layer);
        int at = NonFinite.IndexIn<T>(first.Gradient);
        string others = damaged.Length == 1 ? "" : $", as do those of {damaged.Length - 1} more";
        string gradient = $"the gradient of {first.Name} ({Describe(model, layer)}) holds {Describe(first.Gradient, at, first.Shape)}";
        return Error(step, layer, first.Name, $"{gradient}{others}; the loss was {loss}", growth);
    }

    private static NonFiniteException Error(long step, int? layer, string? tensor, string what, string growth = "") => new(
        $"Update {step:N0}: {what}. {growth}{(growth == "" ? "" : " ")}The weights are those of the update before.", step, layer, tensor);

    /// <summary>Describes the number at an index of a tensor, and its place: <c>NaN at [3, 17]</c>.</summary>
    public static string Describe(ReadOnlySpan<T> values, int at, ReadOnlySpan<int> shape) =>
        Describe(values[at], TensorPosition.Of(at, shape));

    private static string Describe(Sequential<T> model, int layer) =>
        $"{model.Layers[layer].Title} {model.Layers[layer].InputSize}→{model.Layers[layer].OutputSize}";

    private static string Describe(T value, ReadOnlySpan<int> position) => $"{value} at [{string.Join(", ", position.ToArray())}]";
}
