using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>The gated recurrent unit of docs/layers.md.</summary>
internal sealed class NaiveGru(int inputSize, int hiddenSize, GruOptions options, NaiveMasks masks) : NaiveCell
{
    private readonly NaiveMask? _hidden = masks.Dropout(hiddenSize, options.HiddenDropout);
    private readonly NaiveMask? _zoneout = masks.Zoneout(hiddenSize, options.ZoneoutHidden);
    private readonly NaiveMask? _weights = masks.Dropout(3 * hiddenSize * hiddenSize, options.WeightDropout);

    public override (string Name, int Size)[] States => [("h", hiddenSize)];

    public override Var[][] Step(Func<string, Var[]> parameters, NaiveInput x, Var[][] before, MaskPosition at, int t)
    {
        int n = hiddenSize;
        Var[] hPrev = before[0], seen = _hidden is null ? hPrev : Multiply(_hidden.OfSequence(at), hPrev);
        Var[] weights = _weights is null ? parameters("R") : Multiply(_weights.Draw(at, 0), parameters("R"));
        Var[] a = Add(Multiply(parameters("W"), inputSize, x), parameters("b"));
        Var[] recurrent = Multiply(weights, n, seen, 0, 2 * n);
        Var[] r = Range(n, k => (a[k] + recurrent[k]).Activate(Activation.Sigmoid));                        // (1)
        Var[] z = Range(n, k => (a[n + k] + recurrent[n + k]).Activate(Activation.Sigmoid));                // (2)
        Var[] inner = options.ResetAfter
            ? Multiply(r, Add(Multiply(weights, n, seen, 2 * n, n), parameters("rb")))                      // (3a)
            : Multiply(weights, n, Multiply(r, seen), 2 * n, n);                                            // (3)
        Var[] candidate = Range(n, k => (a[2 * n + k] + inner[k]).Activate(Activation.Tanh));
        Var[] h = Range(n, k => ((1 - z[k]) * candidate[k]) + (z[k] * hPrev[k]));                           // (4)
        return [_zoneout is null ? h : Mix(_zoneout.OfStep(at, t), h, hPrev)];                              // (5)
    }
}
