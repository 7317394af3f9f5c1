namespace Lstm.Samples;

/// <summary>Something the user can put right. The message is all that is shown: one line that says what is wrong.</summary>
public sealed class UserException(string message) : Exception(message);
