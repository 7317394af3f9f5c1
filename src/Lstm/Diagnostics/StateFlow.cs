namespace Lstm;

/// <summary>The record that a <see cref="GradientFlow{T}"/> keeps of one state at one step t, over all units and sequences.</summary>
/// <param name="Name">The name of the state within its layer, such as <c>h</c> or <c>c</c>.</param>
/// <param name="GradientNorm">
/// The Euclidean norm of the gradient [sequences, size] of the loss with respect to the state after step t: for the state that is the
/// output of the layer the whole gradient, dh = dy + dh_next; for another one that along the paths to step t+1 alone, such as dc_next.
/// </param>
/// <param name="Values">The statistics of the state after step t.</param>
public readonly record struct StateFlow(string Name, double GradientNorm, ActivationStatistics Values)
{
    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(StateFlow), PrintMembers);
}
