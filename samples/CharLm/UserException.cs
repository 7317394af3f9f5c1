namespace CharLm;

/// <summary>Something the user can put right. The message is all that is shown: one line that says what is wrong.</summary>
internal sealed class UserException(string message) : Exception(message);
