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
    public override string ToString() => RecordText.Of(nameof(RnnOptions), PrintMembers);
}
