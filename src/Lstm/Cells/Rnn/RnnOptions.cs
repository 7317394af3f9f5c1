namespace Lstm;

/// <summary>The options of an <see cref="RnnLayer{T}"/>.</summary>
public sealed record RnnOptions : RecurrentOptions
{
    /// <summary>
    /// The function that makes h of its pre-activation; default: <see cref="Activation.Tanh"/>. A rectifier, max(0, x), learns long
    /// sequences with R = identity at first (Le et al. 2015).
    /// </summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <inheritdoc/>
    internal override void Check(string argument)
    {
        base.Check(argument);
        Representable.Member(Activation, nameof(Activation), argument);
    }

    /// <inheritdoc/>
    public override LayerDescription AddTo(LayerDescription description) => base.AddTo(description)
        .Unless("activation", Activation, Activation.Tanh);

    /// <summary>Reads what <see cref="AddTo"/> has added, and the defaults where it has not.</summary>
    internal static RnnOptions ReadFrom(LayerDescription description) => new()
    {
        HiddenDropout = description.Number("hiddenDropout", 0),
        WeightDropout = description.Number("weightDropout", 0),
        ZoneoutHidden = description.Number("zoneoutHidden", 0),
        LearnInitialState = description.Flag("learnInitialState", false),
        Activation = description.Choice("activation", Activation.Tanh),
    };

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(RnnOptions), PrintMembers);
}
