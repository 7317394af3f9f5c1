namespace Lstm;

/// <summary>The options of an <see cref="RnnLayer{T}"/>.</summary>
public sealed record RnnOptions : RecurrentOptions
{
    /// <summary>What makes h: tanh by default; a rectifier, max(0, x), learns long sequences with R = identity at first (Le et al. 2015).</summary>
    public Activation Activation { get; init; } = Activation.Tanh;

    /// <inheritdoc cref="RecurrentOptions.CheckRates"/>
    internal void Validate(string argument)
    {
        CheckRates(argument);
        Representable.Member(Activation, nameof(Activation), argument);
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(RnnOptions), PrintMembers);
}
