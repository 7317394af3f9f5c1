using Lstm.Kernels;

namespace Lstm;

/// <summary>What a row counts.</summary>
/// <param name="Value">w, greater than 0.</param>
/// <param name="Reduction">What it becomes a part of.</param>
internal readonly record struct LossWeight(double Value, LossReduction Reduction)
{
    /// <summary>What the row's derivatives are multiplied by; 0 or infinite where that is out of double's range.</summary>
    public double Scale => Reduction.Scale(Value);

    /// <summary>What the row's derivatives are multiplied by.</summary>
    public Wide WideScale => Reduction.WideScale(Value);
}
