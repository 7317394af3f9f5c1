namespace Lstm;

/// <summary>The options that <see cref="RnnLayer{T}"/> and <see cref="GruLayer{T}"/> have in common.</summary>
public abstract record RecurrentOptions
{
    /// <summary>The probability that an element of h' is dropped from the products with R, drawn once for a window (Gal and Ghahramani 2016).</summary>
    public double HiddenDropout { get; init; }

    /// <summary>The probability that an element of R is dropped, drawn once for a window (Merity et al. 2018).</summary>
    public double WeightDropout { get; init; }

    /// <summary>The probability that an element of h stays as it was at the step before (Krueger et al. 2017).</summary>
    public double ZoneoutHidden { get; init; }

    /// <summary>Whether the state that sequences start from is trained. Adds h0, which is zero at first.</summary>
    public bool LearnInitialState { get; init; }

    /// <summary>Sets the first values of W.</summary>
    public Initializer InputInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Sets the first values of R.</summary>
    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    internal RecurrentDropoutRates Rates => new(Gate: 0, HiddenDropout, WeightDropout, ZoneoutHidden, ZoneoutCell: 0);

    /// <param name="argument">The name of the argument that these options are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A probability is out of range.</exception>
    internal void CheckRates(string argument)
    {
        Representable.Rate(HiddenDropout, nameof(HiddenDropout), argument);
        Representable.Rate(WeightDropout, nameof(WeightDropout), argument);
        Representable.Rate(ZoneoutHidden, nameof(ZoneoutHidden), argument);
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(GetType().Name, PrintMembers);
}
