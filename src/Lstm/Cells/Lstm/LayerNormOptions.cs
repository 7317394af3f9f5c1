namespace Lstm;

/// <summary>
/// The options of layer normalisation in an LSTM. By default every gate is normalised on its own over the hidden units and then scaled and
/// shifted, there is no other bias, and the normalised cell state is used and carried on: the placement of TensorFlow's
/// LayerNormBasicLSTMCell. The presets are those of other systems, which differ from each other.
/// </summary>
public sealed record LayerNormOptions
{
    private const string Kind = "layer-norm";
    private const double DefaultEpsilon = 1e-5;

    /// <summary>
    /// TensorFlow contrib's LayerNormBasicLSTMCell with its own epsilon of 1e-12; see <see cref="Epsilon"/> for the danger.
    /// </summary>
    public static LayerNormOptions TfContrib { get; } = new() { Epsilon = 1e-12 };

    /// <summary>Ba, Kiros and Hinton, "Layer Normalization" (2016), equations 20 to 22.</summary>
    public static LayerNormOptions Ba { get; } = new() { Gates = GatePlacement.Split, Cell = CellPlacement.Output, Bias = true };

    /// <summary>TensorFlow addons' LayerNormLSTMCell: as Ba et al., but the normalised cell state is carried on.</summary>
    public static LayerNormOptions TfAddons { get; } = new() { Gates = GatePlacement.Split, Bias = true, Epsilon = 1e-3 };

    /// <summary>haste's LayerNormLSTM: as Ba et al., with gains alone for the gates.</summary>
    public static LayerNormOptions Haste { get; } =
        new() { Gates = GatePlacement.Split, GateShift = false, Cell = CellPlacement.Output, Bias = true };

    /// <summary>The LayerNormLSTMCell of PyTorch's fastrnns benchmark: without bias, and the normalised cell state is carried on.</summary>
    public static LayerNormOptions FastRnns { get; } = new() { Gates = GatePlacement.Split };

    /// <summary>Seq2SeqSharp's LSTM: all gates normalised together, with the bias inside.</summary>
    public static LayerNormOptions Seq2SeqSharp { get; } =
        new() { Gates = GatePlacement.Joint, Cell = CellPlacement.Output, Bias = true, Epsilon = 1e-6 };

    /// <summary>
    /// The parts of the gates' pre-activations that are normalised together; default: <see cref="GatePlacement.PerGate"/>.
    /// </summary>
    public GatePlacement Gates { get; init; } = GatePlacement.PerGate;

    /// <summary>Whether the normalised gates are shifted as well as scaled; default: true.</summary>
    public bool GateShift { get; init; } = true;

    /// <summary>Whether there is a bias b: added after the normalisation, and before it where all gates are normalised together.</summary>
    public bool Bias { get; init; }

    /// <summary>The place where the cell state is normalised; default: <see cref="CellPlacement.Carried"/>.</summary>
    public CellPlacement Cell { get; init; } = CellPlacement.Carried;

    /// <summary>
    /// The number added to the variance before the square root, greater than 0; default: 1e-5.
    /// <para>
    /// Where a gate is the same for all units, as it is for an input of zeros from a state of zeros, its variance is 0 and such a step
    /// multiplies gradients by up to 1/sqrt(Epsilon): some five silent steps at the start of a sequence overflow float. That is the true
    /// derivative. Token ids avoid it, as do inputs that are not all zero, a larger epsilon, or a state that is not zero.
    /// </para>
    /// </summary>
    public double Epsilon { get; init; } = DefaultEpsilon;

    /// <summary>Returns the options that are not the defaults.</summary>
    internal LayerDescription Describe() => new LayerDescription(Kind)
        .Unless("gates", Gates, GatePlacement.PerGate)
        .Unless("gateShift", GateShift, true)
        .Unless("bias", Bias, false)
        .Unless("cell", Cell, CellPlacement.Carried)
        .Unless("epsilon", Epsilon, DefaultEpsilon);

    /// <summary>Reads what <see cref="Describe"/> has returned.</summary>
    /// <exception cref="InvalidDataException">There is more than one, or it is something else.</exception>
    internal static LayerNormOptions Read(IReadOnlyList<LayerDescription> parts)
    {
        if (parts is not [{ Kind: Kind } description])
        {
            throw new InvalidDataException($"Expected one '{Kind}', but got {string.Join(", ", parts.Select(part => $"'{part.Kind}'"))}.");
        }

        LayerNormOptions options = new()
        {
            Gates = description.Choice("gates", GatePlacement.PerGate),
            GateShift = description.Flag("gateShift", true),
            Bias = description.Flag("bias", false),
            Cell = description.Choice("cell", CellPlacement.Carried),
            Epsilon = description.Number("epsilon", DefaultEpsilon),
        };
        description.CheckAllRead();
        return options;
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(LayerNormOptions), PrintMembers);
}
