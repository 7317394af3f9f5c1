using System.Globalization;

namespace Lstm.Tests.Histories;

/// <summary>Layers one after the other.</summary>
internal sealed class NaiveModel(NaiveLayer[] layers)
{
    /// <summary>The states of all layers, as <see cref="Bptt{T}.States"/> has them.</summary>
    public NaiveState[] States { get; } =
    [
        .. layers.SelectMany((layer, k) => layer.States.Select(state => state with { Name = string.Create(CultureInfo.InvariantCulture, $"{k}.{state.Name}") })),
    ];

    /// <summary>The output of every step of one sequence.</summary>
    public Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at)
    {
        Var[][] outputs = [];
        for (int k = 0; k < layers.Length; k++)
        {
            outputs = layers[k].Run(sequence, scope.Of(k.ToString(CultureInfo.InvariantCulture)), at);
            sequence = [.. outputs.Select(vector => new NaiveInput(vector, 0))];
        }

        return outputs;
    }
}
