namespace Lstm.Mutations;

/// <summary>One wrong term: in <paramref name="File"/>, <paramref name="Original"/>, which stands there once, becomes <paramref name="Mutated"/>.</summary>
internal sealed record Mutation(string File, string Original, string Mutated);
