namespace Lstm;

/// <summary>The options that every recurrent layer has, whatever its cell.</summary>
public record RecurrentOptions
{
    /// <summary>
    /// The probability that an element of h' is dropped before the products with R, drawn once for a window (Gal and Ghahramani 2016).
    /// </summary>
    public double HiddenDropout { get; init; }

    /// <summary>The probability that an element of R is dropped, drawn once for a window (Merity et al. 2018).</summary>
    public double WeightDropout { get; init; }

    /// <summary>The probability that an element of h stays as it was at the step before (Krueger et al. 2017).</summary>
    public double ZoneoutHidden { get; init; }

    /// <summary>Whether the states that sequences start from are trained. Adds h0, and for an LSTM c0, which are zero at first.</summary>
    public bool LearnInitialState { get; init; }

    /// <summary>The initializer of W; default: <see cref="Initializer.GlorotUniform"/>.</summary>
    public Initializer InputInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>The initializer of R and of the other matrices within a step; default: <see cref="Initializer.Orthogonal"/>.</summary>
    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    /// <summary>Checks every option.</summary>
    /// <param name="argument">The name of the argument that these options are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">Two options exclude each other.</exception>
    internal virtual void Check(string argument)
    {
        Representable.Rate(HiddenDropout, nameof(HiddenDropout), argument);
        Representable.Rate(WeightDropout, nameof(WeightDropout), argument);
        Representable.Rate(ZoneoutHidden, nameof(ZoneoutHidden), argument);
    }

    /// <summary>
    /// Adds the options that are not the defaults to the description of a cell. Initializers are left out, as a file has the values.
    /// </summary>
    /// <returns>The description.</returns>
    public virtual LayerDescription AddTo(LayerDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return description
            .Unless("hiddenDropout", HiddenDropout, 0)
            .Unless("weightDropout", WeightDropout, 0)
            .Unless("zoneoutHidden", ZoneoutHidden, 0)
            .Unless("learnInitialState", LearnInitialState, false);
    }

    /// <summary>Reads the options of every cell from a description, for a cell of your own.</summary>
    /// <exception cref="InvalidDataException">A member of such a name is not what it should be.</exception>
    public static RecurrentOptions Read(LayerDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return new()
        {
            HiddenDropout = description.Number("hiddenDropout", 0),
            WeightDropout = description.Number("weightDropout", 0),
            ZoneoutHidden = description.Number("zoneoutHidden", 0),
            LearnInitialState = description.Flag("learnInitialState", false),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(GetType().Name, PrintMembers);
}
