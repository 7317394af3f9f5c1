namespace Lstm.Mutations;

/// <summary>What is asked for on the command line.</summary>
internal sealed record ProofOptions
{
    /// <summary>Part of the row of a term that is tried; empty for all.</summary>
    public required string Text { get; init; }

    /// <summary>Every tenth row, from the one of this number modulo 10 on; null for all.</summary>
    public required int? Tenth { get; init; }

    /// <summary>How many terms are tried at once.</summary>
    public required int Parallel { get; init; }

    /// <summary>Whether the tests that kill are written to the table.</summary>
    public required bool Record { get; init; }

    public IEnumerable<Mutation> Select(IEnumerable<Mutation> catalogue) => catalogue
        .Where((_, k) => Tenth is not int tenth || k % 10 == tenth % 10)
        .Where(mutation => mutation.ToString().Contains(Text, StringComparison.Ordinal));
}
