namespace Lstm;

/// <summary>The options of a <see cref="CtcLoss{T}"/>.</summary>
public sealed record CtcOptions
{
    /// <summary>The class that stands for no label; default: 0.</summary>
    public int Blank { get; init; }

    /// <summary>The treatment of a target that does not fit into its steps; default: an exception.</summary>
    public ImpossibleAlignment ImpossibleAlignment { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(CtcOptions), PrintMembers);
}
