using System.Globalization;
using System.Numerics;

namespace Lstm;

/// <summary>
/// Finds after the fact where a number that is not finite arose. It searches the forward pass from the first layer on, and the backward
/// pass from the last layer on.
/// </summary>
internal static class NonFiniteSearch
{
    /// <summary>
    /// Searches after a forward pass whose loss is not finite: the weights, the batch, then the outputs from the first layer on, then the
    /// loss itself.
    /// </summary>
    /// <param name="bptt">The <see cref="Bptt{T}"/> of the pass.</param>
    /// <param name="step">The number of the update.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="growth">A text on the growth of the weights (<see cref="WeightGrowth"/>); empty for none.</param>
    public static NonFiniteException InForward<T>(Bptt<T> bptt, long step, double loss, object? batch = null, string growth = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = bptt.Model;
        string end = string.Create(CultureInfo.InvariantCulture, $"so the loss is {loss}");
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

        string message = string.Create(
            CultureInfo.InvariantCulture, $"the loss is {loss}, though all weights and outputs of layers are finite");
        return Error(step, null, null, growth == "" ? $"{message}: look at the targets" : message, growth);
    }

    /// <summary>Searches after backward passes: the gradients from the last layer on.</summary>
    public static NonFiniteException InBackward<T>(Sequential<T> model, long step, double loss, double norm, string growth = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T>[] damaged = [.. model.Parameters.Where(parameter => NonFinite.IndexIn<T>(parameter.Gradient) >= 0)];
        string end = string.Create(CultureInfo.InvariantCulture, $"the loss was {loss}");
        if (damaged.Length == 0)
        {
            string norms = string.Create(CultureInfo.InvariantCulture, $"the norm of the gradients is {norm}, though each is finite");
            return Error(step, null, null, $"{norms}; {end}", growth);
        }

        int layer = damaged.Max(parameter => parameter.Layer);
        Parameter<T> first = damaged.First(parameter => parameter.Layer == layer);
        int at = NonFinite.IndexIn<T>(first.Gradient);
        string others = damaged.Length == 1 ? "" : $", as do those of {damaged.Length - 1} more";
        string value = Describe<T>(first.Gradient, at, first.Shape);
        return Error(
            step, layer, first.Name, $"the gradient of {first.Name} ({Describe(model, layer)}) holds {value}{others}; {end}", growth);
    }

    private static NonFiniteException Error(long step, int? layer, string? tensor, string what, string growth = "") => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"Update {step:N0}: {what}. {growth}{(growth == "" ? "" : " ")}The weights are those of the update before."),
        step,
        layer,
        tensor);

    /// <summary>Describes the number at an index of a tensor, and its place: <c>NaN at [3, 17]</c>.</summary>
    public static string Describe<T>(ReadOnlySpan<T> values, int at, ReadOnlySpan<int> shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Describe(values[at], TensorPosition.Of(at, shape));

    private static string Describe<T>(Sequential<T> model, int layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        $"{model.Layers[layer].Title} {model.Layers[layer].InputSize}→{model.Layers[layer].OutputSize}";

    private static string Describe<T>(T value, ReadOnlySpan<int> position)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        string.Create(CultureInfo.InvariantCulture, $"{value} at [{string.Join(", ", position.ToArray())}]");
}
