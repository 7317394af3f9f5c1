using System.Numerics;

namespace Lstm.PyTorch.Modules;

/// <summary>A cell that PyTorch has, too. Gates lie in the same order: i, f, g, o of an LSTM, r, z, n of a GRU.</summary>
/// <param name="Kind">LSTM, GRU or RNN.</param>
/// <param name="Cell">The cell.</param>
/// <param name="RecurrentWeights">R.</param>
/// <param name="Bias">b.</param>
internal sealed record TorchCell<T>(string Kind, Cell<T> Cell, Parameter<T> RecurrentWeights, Parameter<T> Bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What all cells of a module have in common.</summary>
    public (string Kind, int HiddenSize, int OutputSize, Activation Activation) Likeness =>
        (Kind, Cell.HiddenSize, Cell.OutputSize, Cell.Gates[0].Activation);

    /// <summary>P, or null for a cell without a projection.</summary>
    public Parameter<T>? Projection => Cell.Parameters.FirstOrDefault(parameter => parameter.Name.Split('.')[^1] == "P");

    /// <summary>Returns the cell of a layer; null if the layer has none of these cells.</summary>
    /// <param name="layer">A layer.</param>
    /// <param name="argument">The name of the argument that the layer comes from.</param>
    /// <exception cref="ArgumentException">The cell has options that PyTorch does not have.</exception>
    public static TorchCell<T>? Of(Layer<T> layer, string argument)
    {
        return (layer as RecurrentLayer<T>)?.Cell switch
        {
            LstmCell<T> lstm => new("LSTM", Plain(lstm, argument), lstm.RecurrentWeights, lstm.Bias!),
            GruCell<T> gru => new("GRU", Plain(gru, argument), gru.RecurrentWeights, gru.Bias),
            RnnCell<T> rnn => new("RNN", Plain(rnn, argument), rnn.RecurrentWeights, rnn.Bias),
            _ => null,
        };
    }

    /// <summary>The tensors, in PyTorch's order.</summary>
    /// <param name="prefix">The name of the module and a dot, or nothing.</param>
    /// <param name="suffix">The number of the layer and the direction, as in <c>_l0_reverse</c>; nothing for a cell.</param>
    public IEnumerable<ITensorMap<T>> Maps(string prefix, string suffix)
    {
        yield return new WeightMap<T>($"{prefix}weight_ih{suffix}", Cell.InputWeights);
        yield return new WeightMap<T>($"{prefix}weight_hh{suffix}", RecurrentWeights);
        yield return new BiasMap<T>($"{prefix}bias_ih{suffix}", $"{prefix}bias_hh{suffix}", Bias, (Cell as GruCell<T>)?.RecurrentBias);
        if (Projection is Parameter<T> projection)
        {
            yield return new WeightMap<T>($"{prefix}weight_hr{suffix}", projection);
        }
    }

    private static Cell<T> Plain(Cell<T> cell, string argument) => Surplus(cell.Options) is string option
        ? throw new ArgumentException($"PyTorch's module has no {option}, but the {cell.GetType().Name.Split('`')[0]} has.", argument)
        : cell;

    /// <summary>Returns an option that changes what a trained layer computes, and that PyTorch does not have.</summary>
    private static string? Surplus(RecurrentOptions options) => options switch
    {
        { LearnInitialState: true } => nameof(options.LearnInitialState),
        { ZoneoutHidden: not 0 } => nameof(options.ZoneoutHidden),
        LstmOptions { Peepholes: true } => nameof(LstmOptions.Peepholes),
        LstmOptions { CoupledGates: true } => nameof(LstmOptions.CoupledGates),
        LstmOptions { FullGateRecurrence: true } => nameof(LstmOptions.FullGateRecurrence),
        LstmOptions { LayerNorm: not null } => nameof(LstmOptions.LayerNorm),
        LstmOptions { CellClip: not 0 } => nameof(LstmOptions.CellClip),
        LstmOptions { ZoneoutCell: not 0 } => nameof(LstmOptions.ZoneoutCell),
        LstmOptions { InputGate: false } => $"{nameof(LstmOptions.InputGate)} = false",
        LstmOptions { ForgetGate: false } => $"{nameof(LstmOptions.ForgetGate)} = false",
        LstmOptions { OutputGate: false } => $"{nameof(LstmOptions.OutputGate)} = false",
        LstmOptions { BlockActivation: not Activation.Tanh } => nameof(LstmOptions.BlockActivation),
        LstmOptions { OutputActivation: not Activation.Tanh } => nameof(LstmOptions.OutputActivation),
        GruOptions { ResetAfter: false } => $"{nameof(GruOptions.ResetAfter)} = false",
        RnnOptions { Activation: not (Activation.Tanh or Activation.Relu) and Activation other } => $"{nameof(Activation)} {other}",
        _ => null,
    };
}
