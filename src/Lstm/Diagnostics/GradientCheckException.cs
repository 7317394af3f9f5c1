namespace Lstm;

/// <summary>A gradient differs from its finite difference.</summary>
public sealed class GradientCheckException : Exception
{
    /// <summary>An exception with this message.</summary>
    public GradientCheckException(string message)
        : base(message)
    {
    }

    /// <summary>An exception without a message.</summary>
    public GradientCheckException()
    {
    }

    /// <summary>An exception with this message and cause.</summary>
    public GradientCheckException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
