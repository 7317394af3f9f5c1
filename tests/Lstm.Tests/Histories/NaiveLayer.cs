namespace Lstm.Tests.Histories;

/// <summary>A layer over the steps of one sequence, in the forward direction of differentiation alone.</summary>
internal abstract class NaiveLayer
{
    /// <summary>Names and sizes of the states.</summary>
    public virtual IEnumerable<NaiveState> States => [];

    /// <summary>The output of every step.</summary>
    /// <param name="sequence">What the layer reads: one input for each step.</param>
    /// <param name="scope">Parameters and states, by names within this layer.</param>
    /// <param name="at">Whose masks.</param>
    public abstract Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at);

}
