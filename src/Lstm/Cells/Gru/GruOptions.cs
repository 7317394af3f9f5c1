namespace Lstm;

/// <summary>The options of a <see cref="GruLayer{T}"/>.</summary>
public sealed record GruOptions : RecurrentOptions
{
    /// <summary>
    /// Whether the reset gate multiplies R_n h', as in PyTorch and cuDNN, in place of h' before the product (Cho et al. 2014). Adds rb [H].
    /// There is one product with R at every step in place of two, one after the other.
    /// </summary>
    public bool ResetAfter { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(GruOptions), PrintMembers);
}
