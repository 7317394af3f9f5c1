namespace Lstm;

/// <summary>The options of a <see cref="GruLayer{T}"/>.</summary>
public sealed record GruOptions : RecurrentOptions
{
    /// <summary>
    /// Whether the reset gate multiplies R_n h' (default: true, as in PyTorch, Keras and cuDNN), or h' before the product (false: Cho et
    /// al. 2014). The default adds rb [H], and needs one product with R at every step in place of two, one after the other. In version
    /// 0.1.0 the default was false: to load files of that version, set it to false.
    /// </summary>
    public bool ResetAfter { get; init; } = true;

    /// <inheritdoc/>
    public override LayerDescription AddTo(LayerDescription description) => base.AddTo(description)
        .Unless("resetAfter", ResetAfter, true);

    /// <summary>Reads what <see cref="AddTo"/> has added, and the defaults where it has not.</summary>
    internal static GruOptions ReadFrom(LayerDescription description) => new()
    {
        HiddenDropout = description.Number("hiddenDropout", 0),
        WeightDropout = description.Number("weightDropout", 0),
        ZoneoutHidden = description.Number("zoneoutHidden", 0),
        LearnInitialState = description.Flag("learnInitialState", false),
        ResetAfter = description.Flag("resetAfter", true),
    };

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(GruOptions), PrintMembers);
}
