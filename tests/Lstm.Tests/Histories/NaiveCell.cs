namespace Lstm.Tests.Histories;

/// <summary>One step of a recurrent layer as the documents have it, in the forward direction alone.</summary>
internal abstract class NaiveCell
{
    /// <summary>Names and sizes of the states; the first is h.</summary>
    public abstract (string Name, int Size)[] States { get; }

    /// <summary>The states after a step.</summary>
    /// <param name="parameters">By name within the layer.</param>
    /// <param name="x">The input of the step.</param>
    /// <param name="before">The states before the step.</param>
    /// <param name="at">Whose masks.</param>
    /// <param name="t">The step, by which masks are drawn.</param>
    public abstract Var[][] Step(Func<string, Var[]> parameters, NaiveInput x, Var[][] before, MaskPosition at, int t);
}
