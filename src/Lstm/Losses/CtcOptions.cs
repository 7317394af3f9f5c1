namespace Lstm;

/// <summary>The options of a <see cref="CtcLoss{T}"/>.</summary>
public sealed record CtcOptions
{
    /// <summary>The class that stands for no label; default: 0.</summary>
    public int Blank { get; init; }

    /// <summary>What a target that does not fit into its steps does; default: an error.</summary>
    public ImpossibleAlignment ImpossibleAlignment { get; init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(CtcOptions), PrintMembers);
}
