namespace Lstm;

/// <summary>
/// The exception that is thrown when a loss, a gradient, an activation or a weight is NaN or infinite. The message says in which update
/// and where the number arose.
/// </summary>
public sealed class NonFiniteException : ArithmeticException
{
    /// <summary>Creates an exception that names no place.</summary>
    public NonFiniteException()
    {
    }

    /// <summary>Creates an exception that names no place.</summary>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception that names no place.</summary>
    public NonFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal NonFiniteException(string message, long step, int? layer, string? tensor)
        : base(message)
    {
        (Step, Layer, Tensor) = (step, layer, tensor);
    }

    /// <summary>The number of the update, from 1.</summary>
    public long Step { get; }

    /// <summary>
    /// The position in the model of the layer in which the number arose; null if it arose in the loss or came with the batch.
    /// </summary>
    public int? Layer { get; }

    /// <summary>
    /// The tensor that is not finite, such as the parameter <c>1.R</c>, or <c>1.output</c>; <c>input</c> or <c>target</c> if the number
    /// came with the batch; null if it arose in the loss.
    /// </summary>
    public string? Tensor { get; }
}
