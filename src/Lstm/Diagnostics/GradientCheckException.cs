namespace Lstm;

/// <summary>A gradient differs from its finite difference.</summary>
public sealed class GradientCheckException : Exception
{
    /// <summary>Creates an exception with a message.</summary>
    public GradientCheckException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception without a message.</summary>
    public GradientCheckException()
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public GradientCheckException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
