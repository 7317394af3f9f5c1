namespace Lstm;

/// <summary>What a <see cref="StreamingModel{T}"/> does with an input that is NaN or infinite.</summary>
public enum NonFiniteInput
{
    /// <summary>Refuses the step; the states stay as they were.</summary>
    Refuse,

    /// <summary>
    /// Takes the input, as <see cref="Bptt{T}"/> does. Every later output of that sequence may then be NaN, until
    /// <see cref="StreamingState{T}.Reset()"/>.
    /// </summary>
    Allow,
}
