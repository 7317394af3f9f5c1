using System.Numerics;

namespace Lstm.Keras.Layouts;

/// <summary>The layer of Keras that a layer of this library stands for, and its variables.</summary>
/// <param name="Group">The name of its class in Keras' files, such as <c>lstm</c>.</param>
/// <param name="Variables">Its variables, in Keras' order; none for a layer without weights.</param>
/// <param name="Ignored">Groups within the layer whose variables are no weights, such as states.</param>
internal sealed record KerasLayer<T>(string Group, IReadOnlyList<KerasVariable<T>> Variables, IReadOnlyList<string> Ignored)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Returns the layer of Keras for a layer of a model.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="title">The name of the layer in messages.</param>
    /// <param name="useBias">Whether the layer of Keras has a bias.</param>
    /// <exception cref="NotSupportedException">Keras has no such layer.</exception>
    public static KerasLayer<T> Of(Layer<T> layer, string title, bool useBias = true)
    {
        switch (layer)
        {
            case Embedding<T> embedding:
                return new("embedding", [Same("vars/0", "embeddings", embedding.Table)], []);
            case Dense<T> dense:
                return new(
                    "dense",
                    WithBias(useBias, [Kernel("vars/0", "kernel", dense.Weights, GateLayout.One)], Same("vars/1", "bias", dense.Bias)),
                    []);
            case Dropout<T>:
                return new("dropout", [], []);
            case Bidirectional<T> both:
                KerasLayer<T> forward = Of(both.ForwardLayer, title + ".forward", useBias);
                KerasLayer<T> backward = Of(both.BackwardLayer, title + ".backward", useBias);
                if (both.ForwardLayer is not RecurrentLayer<T> || forward.Group != backward.Group)
                {
                    throw new NotSupportedException(
                        $"Expected two recurrent layers of the same kind in {title}, as Keras' files have them, but got "
                            + $"{NameOf(both.ForwardLayer)} and {NameOf(both.BackwardLayer)}.");
                }

                return new(
                    "bidirectional",
                    [
                        .. forward.Variables.Select(variable => variable.Under("forward_layer")),
                        .. backward.Variables.Select(variable => variable.Under("backward_layer")),
                    ],
                    ["forward_layer/vars", "backward_layer/vars"]);
            case RecurrentLayer<T> recurrent:
                return OfRecurrent(recurrent, title, useBias);
            default:
                throw new NotSupportedException(
                    $"Keras has no layer for {title}, a {NameOf(layer)}: expected Embedding, LstmLayer, GruLayer, RnnLayer, Bidirectional, "
                        + "Dense or Dropout.");
        }
    }

    private static KerasLayer<T> OfRecurrent(RecurrentLayer<T> layer, string title, bool useBias)
    {
        (string group, int[] places, Parameter<T>? recurrent, Parameter<T>? bias, Parameter<T>? recurrentBias) = layer.Cell switch
        {
            LstmCell<T> cell => ("lstm", GateLayout.Lstm, cell.RecurrentWeights, cell.Bias, null),
            GruCell<T> cell => ("gru", GateLayout.Gru, cell.RecurrentWeights, cell.Bias, cell.RecurrentBias),
            RnnCell<T> cell => ("simple_rnn", GateLayout.One, cell.RecurrentWeights, cell.Bias, null),
            _ => throw new NotSupportedException($"Keras has no layer for {title}, a recurrent layer of {NameOf(layer.Cell)}."),
        };
        List<Parameter<T>> others = [.. layer.Parameters];
        others.RemoveAll(parameter => parameter == layer.InputWeights || parameter == recurrent || parameter == bias
            || parameter == recurrentBias);
        if (others.Count > 0)
        {
            throw new NotSupportedException($"Keras' {group} has nothing for parameter '{others[0].Name}' of {title}.");
        }

        if (bias is null || bias.Length != places.Length * layer.HiddenSize || layer.OutputSize != layer.HiddenSize)
        {
            throw new NotSupportedException(
                $"Keras' {group} has {places.Length} gates with a bias and no projection, which {title} has not.");
        }

        return new(
            group,
            WithBias(
                useBias,
                [
                    Kernel("cell/vars/0", "kernel", layer.InputWeights, places),
                    Kernel("cell/vars/1", "recurrent_kernel", recurrent, places),
                ],
                recurrentBias is null ? Bias(bias, places) : GruBias.Of(bias, recurrentBias)),
            ["vars"]);
    }

    private static KerasVariable<T>[] WithBias(bool useBias, KerasVariable<T>[] kernels, KerasVariable<T> bias) =>
        useBias ? [.. kernels, bias] : kernels;

    private static KerasVariable<T> Same(string path, string name, Parameter<T> parameter) => new(
        path,
        name,
        parameter.Shape.ToArray(),
        (values, target) => values.CopyTo(target.Of(parameter)),
        () => parameter.Current.ToArray());

    private static KerasVariable<T> Kernel(string path, string name, Parameter<T> weights, int[] places)
    {
        (int rows, int inputs) = (weights.Shape[0], weights.Shape[1]);
        return new(
            path,
            name,
            [inputs, rows],
            (values, target) => GateLayout.FromKernel(values, places, inputs, target.Of(weights)),
            () => GateLayout.ToKernel(weights.Current, places, inputs));
    }

    private static KerasVariable<T> Bias(Parameter<T> bias, int[] places) => new(
        "cell/vars/2",
        "bias",
        [bias.Length],
        (values, target) => GateLayout.FromKernel(values, places, inputs: 1, target.Of(bias)),
        () => GateLayout.ToKernel(bias.Current, places, inputs: 1));

    private static string NameOf(object part) => part.GetType().Name.Split('`')[0];
}
