namespace Lstm;

/// <summary>
/// A loss, a gradient, an activation or a weight is NaN or infinite; the message says in which update and where it arose.
/// </summary>
public sealed class NonFiniteException : ArithmeticException
{
    /// <summary>An error without a place.</summary>
    public NonFiniteException()
    {
    }

    /// <summary>An error without a place.</summary>
    public NonFiniteException(string message)
        : base(message)
    {
    }

    /// <summary>An error without a place.</summary>
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
    /// The position in the model of the layer in which it arose; null where it did so in the loss, or came with the batch.
    /// </summary>
    public int? Layer { get; }

    /// <summary>
    /// What of the layer is not finite, such as the parameter <c>1.R</c>, or <c>1.output</c>; <c>input</c> or <c>target</c> where it came
    /// with the batch; null where it arose in the loss.
    /// </summary>
    public string? Tensor { get; }
}
