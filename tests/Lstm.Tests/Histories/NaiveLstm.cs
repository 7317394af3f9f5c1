using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>Every LSTM of docs/lstm.md, written down as it stands there.</summary>
internal sealed class NaiveLstm : NaiveCell
{
    private readonly int _inputSize;
    private readonly int _n;
    private readonly int _outputSize;
    private readonly LstmOptions _options;
    private readonly NaiveMask? _block, _hidden, _zoneoutHidden, _zoneoutCell, _weights;
    private readonly string _gates;             // those that there are, in their order
    private readonly string _sigmoids;

    public NaiveLstm(int inputSize, int hiddenSize, LstmOptions options, NaiveMasks masks)
    {
        (_inputSize, _n, _options) = (inputSize, hiddenSize, options);
        _outputSize = options.Projection > 0 ? options.Projection : hiddenSize;
        _gates = (options.InputGate ? "i" : "") + (options.ForgetGate && !options.CoupledGates ? "f" : "") + "g" + (options.OutputGate ? "o" : "");
        _sigmoids = _gates.Replace("g", "", StringComparison.Ordinal);
        _block = masks.Dropout(hiddenSize, options.RecurrentDropout);
        _hidden = masks.Dropout(_outputSize, options.HiddenDropout);
        _zoneoutHidden = masks.Zoneout(_outputSize, options.ZoneoutHidden);
        _zoneoutCell = masks.Zoneout(hiddenSize, options.ZoneoutCell);
        _weights = masks.Dropout(_gates.Length * hiddenSize * _outputSize, options.WeightDropout);
    }

    public override (string Name, int Size)[] States => _options.FullGateRecurrence
        ? [("h", _outputSize), ("c", _n), ("gates", 3 * _n)]
        : [("h", _outputSize), ("c", _n)];

    public override Var[][] Step(Func<string, Var[]> parameters, NaiveInput x, Var[][] before, MaskPosition at, int t)
    {
        Var[] hPrev = before[0], cPrev = before[1];
        Var[] a = PreActivations(parameters, x, before, at);
        Var one = hPrev[0].Tape.Leaf(1);
        Var[] ones = Range(_n, _ => one);

        Var[] i = Has('i') ? Sigmoid(parameters, a, 'i', cPrev) : ones;                                     // (1)
        Var[] f = _options.CoupledGates ? Range(_n, k => 1 - i[k]) : Has('f') ? Sigmoid(parameters, a, 'f', cPrev) : ones;   // (2)(2c)
        Var[] g = [.. Of(a, 'g').Select(value => value.Activate(_options.BlockActivation))];                // (3)
        g = _block is null ? g : Multiply(_block.OfStep(at, t), g);                                         // (3d)
        Var[] c = Add(Multiply(f, cPrev), Multiply(i, g));                                                  // (4)
        LayerNormOptions? norm = _options.LayerNorm;
        c = norm?.Cell == CellPlacement.Carried ? Normalize(c, parameters("gain_c"), parameters("shift_c"), norm.Epsilon) : c;  // (4n)
        c = _options.CellClip > 0 ? [.. c.Select(value => value.Clip(_options.CellClip))] : c;              // (4k)
        Var[] o = Has('o') ? Sigmoid(parameters, a, 'o', c) : ones;                                         // (5)
        Var[] shown = norm?.Cell == CellPlacement.Output ? Normalize(c, parameters("gain_c"), parameters("shift_c"), norm.Epsilon) : c;
        Var[] h = Range(_n, k => o[k] * shown[k].Activate(_options.OutputActivation));                      // (6)
        h = _options.Projection > 0 ? Multiply(parameters("P"), _n, new NaiveInput(h, 0)) : h;              // (6p)
        c = _zoneoutCell is null ? c : Mix(_zoneoutCell.OfStep(at, t), c, cPrev);                           // (7)
        h = _zoneoutHidden is null ? h : Mix(_zoneoutHidden.OfStep(at, t), h, hPrev);                       // (8)
        return _options.FullGateRecurrence ? [h, c, [.. i, .. f, .. o]] : [h, c];
    }

    /// <summary>W x + R h' and what is done to it before the peepholes.</summary>
    private Var[] PreActivations(Func<string, Var[]> parameters, NaiveInput x, Var[][] before, MaskPosition at)
    {
        Var[] seen = _hidden is null ? before[0] : Multiply(_hidden.OfSequence(at), before[0]);
        Var[] r = _weights is null ? parameters("R") : Multiply(_weights.Draw(at, 0), parameters("R"));
        Var[] wx = Multiply(parameters("W"), _inputSize, x), rh = Multiply(r, _outputSize, new NaiveInput(seen, 0));
        LayerNormOptions? norm = _options.LayerNorm;
        Var[]? gain = norm is null ? null : parameters("gain"), shift = norm is { GateShift: true } ? parameters("shift") : null;
        Var[] a = Add(wx, rh);
        if (_options.FullGateRecurrence)
        {
            Var[] q = Multiply(parameters("Q"), 3 * _n, new NaiveInput(before[2], 0));
            a = Add(a, [.. q[..(2 * _n)], .. Range(_n, _ => a[0].Tape.Leaf(0)), .. q[(2 * _n)..]]);         // (9)
        }

        switch (norm)
        {
            case null:
                return Add(a, parameters("b"));
            case { Gates: GatePlacement.PerGate }:
                a = [.. _gates.SelectMany(gate => Normalize(Of(a, gate), Of(gain!, gate), shift is null ? null : Of(shift, gate), norm.Epsilon))];
                return norm.Bias ? Add(a, parameters("b")) : a;
            case { Gates: GatePlacement.Split }:
                int all = wx.Length;
                a = Add(Normalize(wx, gain![..all], shift?[..all], norm.Epsilon), Normalize(rh, gain![all..], shift?[all..], norm.Epsilon));
                return norm.Bias ? Add(a, parameters("b")) : a;
            default:
                return Normalize(norm.Bias ? Add(a, parameters("b")) : a, gain!, shift, norm.Epsilon);
        }
    }

    private Var[] Sigmoid(Func<string, Var[]> parameters, Var[] a, char gate, Var[] c)
    {
        Var[] own = Of(a, gate);
        if (_options.Peepholes)
        {
            Var[] p = parameters("p")[(_sigmoids.IndexOf(gate, StringComparison.Ordinal) * _n)..];
            own = Range(_n, k => own[k] + (p[k] * c[k]));
        }

        return [.. own.Select(value => value.Activate(Activation.Sigmoid))];
    }

    private bool Has(char gate) => _gates.Contains(gate, StringComparison.Ordinal);

    /// <summary>The columns of a gate.</summary>
    private Var[] Of(Var[] columns, char gate) => columns[(_gates.IndexOf(gate, StringComparison.Ordinal) * _n)..][.._n];
}
