using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>The Elman network of docs/layers.md.</summary>
internal sealed class NaiveRnn(int inputSize, int hiddenSize, RnnOptions options, NaiveMasks masks) : NaiveCell
{
    private readonly NaiveMask? _hidden = masks.Dropout(hiddenSize, options.HiddenDropout);
    private readonly NaiveMask? _zoneout = masks.Zoneout(hiddenSize, options.ZoneoutHidden);
    private readonly NaiveMask? _weights = masks.Dropout(hiddenSize * hiddenSize, options.WeightDropout);

    public override (string Name, int Size)[] States => [("h", hiddenSize)];

    public override Var[][] Step(Func<string, Var[]> parameters, NaiveInput x, Var[][] before, MaskPosition at, int t)
    {
        Var[] hPrev = before[0], seen = _hidden is null ? hPrev : Multiply(_hidden.OfSequence(at), hPrev);
        Var[] r = _weights is null ? parameters("R") : Multiply(_weights.Draw(at, 0), parameters("R"));
        Var[] a = Add(Add(Multiply(parameters("W"), inputSize, x), Multiply(r, hiddenSize, new NaiveInput(seen, 0))), parameters("b"));
        Var[] h = [.. a.Select(value => value.Activate(options.Activation))];                               // (1)
        return [_zoneout is null ? h : Mix(_zoneout.OfStep(at, t), h, hPrev)];                              // (2)
    }
}
