namespace Lstm.Mutations;

/// <summary>Nothing can be said about any wrong term: the right sources do not build or do not pass, or a row does not fit them.</summary>
internal sealed class MutationException(string message) : Exception(message);
