namespace Lstm;

/// <summary>The way in which the losses of the rows become one number.</summary>
public enum Reduction
{
    /// <summary>The sum over the rows that count, divided by their number, or by the sum of their weights.</summary>
    Mean,

    /// <summary>The sum over the rows that count.</summary>
    Sum,
}
