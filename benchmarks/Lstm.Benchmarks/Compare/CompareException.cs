namespace Lstm.Benchmarks.Compare;

/// <summary>Something the user can put right. The message is all that is shown: one line that says what is wrong.</summary>
internal sealed class CompareException(string message) : Exception(message);
