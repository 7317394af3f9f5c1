using System.Numerics;

namespace Lstm;

/// <summary>The options of an <see cref="LstmLayer{T}"/>; <see cref="LstmVariants"/> has those of Greff et al. by name.</summary>
public sealed record LstmOptions : RecurrentOptions
{
    /// <summary>
    /// Whether the gates see the cell state: i and f that of the step before, o the new one (Gers and Schmidhuber 2000). Adds p, H
    /// weights for each of i, f, o.
    /// </summary>
    public bool Peepholes { get; init; }

    /// <summary>Whether there is an input gate; without it i = 1, and there are no parameters and no computation for it.</summary>
    public bool InputGate { get; init; } = true;

    /// <summary>Whether there is a forget gate; without it f = 1, and there are no parameters and no computation for it.</summary>
    public bool ForgetGate { get; init; } = true;

    /// <summary>Whether there is an output gate; without it o = 1, and there are no parameters and no computation for it.</summary>
    public bool OutputGate { get; init; } = true;

    /// <summary>
    /// Whether the input gate is learned and f = 1 - i takes the place of the forget gate (Greff et al. 2017, as in ONNX and in a GRU). A
    /// model that learns f and sets i = 1 - f is the same with W, R, b and p of that gate negated.
    /// </summary>
    public bool CoupledGates { get; init; }

    /// <summary>Whether every gate sees i, f and o of the step before (Hochreiter and Schmidhuber 1997). Adds Q [3H,3H].</summary>
    public bool FullGateRecurrence { get; init; }

    /// <summary>The function that makes g of its pre-activation; default: <see cref="Activation.Tanh"/>.</summary>
    public Activation BlockActivation { get; init; } = Activation.Tanh;

    /// <summary>The function of the cell state that the output gate multiplies to give h; default: <see cref="Activation.Tanh"/>.</summary>
    public Activation OutputActivation { get; init; } = Activation.Tanh;

    /// <summary>
    /// The first value of the forget gate's bias, or of its shift where the gates are normalised and have no bias; default: 1, so that a
    /// new layer remembers (Gers et al. 2000; Jozefowicz et al. 2015).
    /// </summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>The layer normalisation of gates and cell state; default: null, none.</summary>
    public LayerNormOptions? LayerNorm { get; init; }

    /// <summary>
    /// P, the size of h where it is a projection of the H gated units (Sak et al. 2014); default: 0, no projection. Adds P [P,H]; R is then
    /// [4H,P].
    /// </summary>
    public int Projection { get; init; }

    /// <summary>The largest magnitude of c, which is cut off there, with gradient 0 beyond; default: 0, no limit.</summary>
    public double CellClip { get; init; }

    /// <summary>The probability that an element of g is dropped, drawn at every step (Semeniuta et al. 2016).</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>The probability that an element of c stays as it was at the step before.</summary>
    public double ZoneoutCell { get; init; }

    /// <summary>The initializer of p; default: <see cref="Initializer.Zero"/>.</summary>
    public Initializer PeepholeInitializer { get; init; } = Initializer.Zero;

    /// <inheritdoc/>
    internal override void Check(string argument)
    {
        base.Check(argument);
        CheckFinite(nameof(ForgetBias), ForgetBias, double.NegativeInfinity, argument);
        CheckFinite(nameof(CellClip), CellClip, 0, argument);
        CheckFinite(nameof(Projection), Projection, 0, argument);
        Representable.Rate(RecurrentDropout, nameof(RecurrentDropout), argument);
        Representable.Rate(ZoneoutCell, nameof(ZoneoutCell), argument);
        Representable.Member(BlockActivation, nameof(BlockActivation), argument);
        Representable.Member(OutputActivation, nameof(OutputActivation), argument);
        if (LayerNorm != null)
        {
            Representable.Member(LayerNorm.Gates, $"{nameof(LayerNorm)}.{nameof(LayerNorm.Gates)}", argument);
            Representable.Member(LayerNorm.Cell, $"{nameof(LayerNorm)}.{nameof(LayerNorm.Cell)}", argument);
        }

        Forbid(CoupledGates && !(InputGate && ForgetGate), $"{nameof(CoupledGates)} needs {nameof(InputGate)} and {nameof(ForgetGate)}.",
            argument);
        Forbid(
            FullGateRecurrence && (CoupledGates || !(InputGate && ForgetGate && OutputGate)),
            $"{nameof(FullGateRecurrence)} needs all three gates, and not {nameof(CoupledGates)}.",
            argument);
        Forbid(
            FullGateRecurrence && LayerNorm is { Gates: not GatePlacement.PerGate },
            $"{nameof(FullGateRecurrence)} needs gates that are normalised one by one: W x and R h' alone are not the whole of a gate.",
            argument);
        Forbid(
            LayerNorm is { Bias: false, GateShift: false },
            $"{nameof(LayerNorm)} needs {nameof(LayerNormOptions.Bias)} or {nameof(LayerNormOptions.GateShift)}: "
                + "the gates have no other constant.",
            argument);
    }

    /// <summary>Checks the numbers that a layer of <typeparamref name="T"/> computes with.</summary>
    /// <param name="argument">The name of the argument that these options are.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option becomes 0 or infinite as a number of <typeparamref name="T"/>.</exception>
    internal void CheckNumbers<T>(string argument)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Representable.Number<T>(ForgetBias, nameof(ForgetBias), argument);
        Representable.Number<T>(CellClip, nameof(CellClip), argument);
        if (LayerNorm != null)
        {
            Representable.Positive<T>(LayerNorm.Epsilon, $"{nameof(LayerNorm)}.{nameof(LayerNorm.Epsilon)}", argument);
        }
    }

    private static void CheckFinite(string name, double value, double least, string argument)
    {
        if (!double.IsFinite(value) || value < least)
        {
            throw ArgumentOutOfRange.Error(argument, value, $"Expected a finite {name}{(least == 0 ? " of 0 or more" : "")}.");
        }
    }

    private static void Forbid(bool condition, string message, string argument)
    {
        if (condition)
        {
            throw new ArgumentException($"Options that do not go together: {message}", argument);
        }
    }

    /// <inheritdoc/>
    public override LayerDescription AddTo(LayerDescription description)
    {
        base.AddTo(description)
            .Unless("peepholes", Peepholes, false)
            .Unless("inputGate", InputGate, true)
            .Unless("forgetGate", ForgetGate, true)
            .Unless("outputGate", OutputGate, true)
            .Unless("coupledGates", CoupledGates, false)
            .Unless("fullGateRecurrence", FullGateRecurrence, false)
            .Unless("blockActivation", BlockActivation, Activation.Tanh)
            .Unless("outputActivation", OutputActivation, Activation.Tanh)
            .Unless("forgetBias", ForgetBias, 1)
            .Unless("projection", Projection, 0)
            .Unless("cellClip", CellClip, 0)
            .Unless("recurrentDropout", RecurrentDropout, 0)
            .Unless("zoneoutCell", ZoneoutCell, 0);
        return LayerNorm is null ? description : description.With("layerNorm", LayerNorm.Describe());
    }

    /// <summary>Reads what <see cref="AddTo"/> has added, and the defaults where it has not.</summary>
    internal static LstmOptions ReadFrom(LayerDescription description) => new()
    {
        HiddenDropout = description.Number("hiddenDropout", 0),
        WeightDropout = description.Number("weightDropout", 0),
        ZoneoutHidden = description.Number("zoneoutHidden", 0),
        LearnInitialState = description.Flag("learnInitialState", false),
        Peepholes = description.Flag("peepholes", false),
        InputGate = description.Flag("inputGate", true),
        ForgetGate = description.Flag("forgetGate", true),
        OutputGate = description.Flag("outputGate", true),
        CoupledGates = description.Flag("coupledGates", false),
        FullGateRecurrence = description.Flag("fullGateRecurrence", false),
        BlockActivation = description.Choice("blockActivation", Activation.Tanh),
        OutputActivation = description.Choice("outputActivation", Activation.Tanh),
        ForgetBias = description.Number("forgetBias", 1),
        Projection = description.WholeNumber("projection", 0),
        CellClip = description.Number("cellClip", 0),
        RecurrentDropout = description.Number("recurrentDropout", 0),
        ZoneoutCell = description.Number("zoneoutCell", 0),
        LayerNorm = description.Parts("layerNorm") is { Count: > 0 } norm ? LayerNormOptions.Read(norm) : null,
    };

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(LstmOptions), PrintMembers);
}
