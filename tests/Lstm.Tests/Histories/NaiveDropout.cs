using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>Elements times 0 or 1/(1-p); unchanged in evaluation.</summary>
internal sealed class NaiveDropout(int size, double rate, bool variational, NaiveMasks masks) : NaiveLayer
{
    private readonly NaiveMask _mask = masks.Dropout(size, rate)!;

    public override Var[][] Run(NaiveInput[] sequence, NaiveScope scope, MaskPosition at) =>
        Range(sequence.Length, t => Multiply(variational ? _mask.OfSequence(at) : _mask.OfStep(at, t), sequence[t].Values!));
}
