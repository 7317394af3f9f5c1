namespace Lstm.Onnx;

/// <summary>
/// Every LSTM, with the numbers of docs/lstm.md. Its own order of gates is i f g o, that of the operator i o f g; its own order of
/// peepholes is i f o, that of the operator i o f.
/// </summary>
internal sealed class LstmNodes : ICellNodes
{
    private static readonly string[] s_operatorOrder = ["i", "o", "f", "g"];

    private readonly RecurrentNodes _at;
    private readonly LstmOptions _options;
    private readonly LayerNormOptions? _norm;
    private readonly int _size, _columns;

    public LstmNodes(RecurrentNodes at)
    {
        _at = at;
        _options = (LstmOptions)at.Cell.Options;
        _norm = _options.LayerNorm;
        (_size, _columns) = (at.Cell.HiddenSize, at.Cell.GateSize);
    }

    public bool IsOperator => _norm is null && _options is
    {
        InputGate: true,
        ForgetGate: true,
        OutputGate: true,
        FullGateRecurrence: false,
        Projection: 0,
        CellClip: 0,
        ZoneoutHidden: 0,
        ZoneoutCell: 0,
    };

    private int OutputSize => _at.Cell.OutputSize;

    private CellPlacement CellNorm => _norm?.Cell ?? CellPlacement.None;

    public string AddOperator(string input)
    {
        string[] weights =
        [
            _at.Constant("W", _at.InOrder("W", _at.Cell.InputSize, s_operatorOrder), 1, 4 * _size, _at.Cell.InputSize),
            _at.Constant("R", _at.InOrder("R", _size, s_operatorOrder), 1, 4 * _size, _size),
            _at.Constant("b", [.. _at.InOrder("b", 1, s_operatorOrder), .. new float[4 * _size]], 1, 8 * _size),
        ];
        string peepholes = _options.Peepholes
            ? _at.Constant("p", [.. Peephole("i"), .. Peephole("o"), .. Peephole("f")], 1, 3 * _size)
            : "";
        return RecurrentOperator.Add(
            _at,
            "LSTM",
            input,
            weights,
            peepholes,
            [
                .. RecurrentOperator.Activations(Activation.Sigmoid, _options.BlockActivation, _options.OutputActivation),
                OnnxAttribute.Int("input_forget", _options.CoupledGates ? 1 : 0),
            ]);
    }

    public string AddProjection(string input, bool isTokens)
    {
        OnnxGraph graph = _at.Graph;
        string product = _at.InputProduct(input, isTokens);
        if (_norm is { Gates: GatePlacement.Split })
        {
            product = AddGainAndShift(graph, graph.Normalize(product, _columns, _norm.Epsilon), side: 0);
        }

        // Where each gate is normalised on its own, its bias comes after that.
        return _norm is null or { Bias: true, Gates: not GatePlacement.PerGate } ? graph.Plus(product, _at.Vector("b")) : product;
    }

    public string[] AddStep(OnnxGraph body, string projection, string[] before)
    {
        string cBefore = before[1];
        Dictionary<string, string> a = Gates(body, AddPreActivation(body, projection, before));
        string? i = AddGate(body, a, "i", cBefore);                                             // (1)
        string? f = _options.CoupledGates
            ? body.Minus(body.Number(1), i!)                                                    // (2c)
            : AddGate(body, a, "f", cBefore);                                                   // (2)
        string g = body.Activate(_options.BlockActivation, a["g"]);                             // (3)
        string kept = f is null ? cBefore : body.Times(f, cBefore);
        string c = body.Plus(kept, i is null ? g : body.Times(i, g));                           // (4)
        (c, string shown) = AddCellState(body, c);
        string? o = AddGate(body, a, "o", c);                                                   // (5)
        string activated = body.Activate(_options.OutputActivation, shown);
        string h = o is null ? activated : body.Times(o, activated);                            // (6)
        if (_options.Projection > 0)
        {
            h = body.Product(h, _at.Transposed("P", OutputSize));                               // (6p)
        }

        return _options.FullGateRecurrence ? [h, c, body.Concat(-1, i!, f!, o!)] : [h, c];      // (9)
    }

    /// <summary>Adds the pre-activations of all gates without peepholes, [B, columns].</summary>
    private string AddPreActivation(OnnxGraph body, string projection, string[] before)
    {
        string product = body.Product(before[0], _at.Transposed("R", _columns));
        if (_norm is { Gates: GatePlacement.Split })
        {
            product = AddGainAndShift(body, body.Normalize(product, _columns, _norm.Epsilon), side: 1);
        }

        string a = body.Plus(projection, product);
        if (_options.FullGateRecurrence)
        {
            a = body.Plus(a, body.Product(before[2], AddGateWeights()));                        // (9)
        }

        return _norm switch
        {
            { Gates: GatePlacement.Joint } => AddGainAndShift(body, body.Normalize(a, _columns, _norm.Epsilon), side: 0),
            { Gates: GatePlacement.PerGate } => NormalizeEach(body, a, _norm),
            _ => a,
        };
    }

    private string NormalizeEach(OnnxGraph body, string a, LayerNormOptions norm)
    {
        string gates = body.Node("Reshape", [a, body.Integers(-1, _columns / _size, _size)]);
        string normalized = body.Node("Reshape", [body.Normalize(gates, _size, norm.Epsilon), body.Integers(-1, _columns)]);
        string scaled = AddGainAndShift(body, normalized, side: 0);
        return norm.Bias ? body.Plus(scaled, _at.Vector("b")) : scaled;
    }

    /// <summary>Adds gain*x̂ + shift; W x is the first side, and R h' the second one, if it is normalised separately.</summary>
    private string AddGainAndShift(OnnxGraph graph, string normalized, int side)
    {
        string scaled = graph.Times(normalized, AddSide("gain", side));
        return _norm!.GateShift ? graph.Plus(scaled, AddSide("shift", side)) : scaled;
    }

    private string AddSide(string parameter, int side) =>
        _at.Constant($"{parameter}_{side}", _at.Read(parameter).Slice(side * _columns, _columns), _columns);

    /// <summary>Adds the transpose of Q with columns of 0 for g, which sees no gate.</summary>
    private string AddGateWeights()
    {
        int block = _size * 3 * _size;
        ReadOnlySpan<float> q = _at.Read("Q");
        float[] rows = [.. q[..(2 * block)], .. new float[block], .. q[(2 * block)..]];
        return _at.Constant("Q", Matrix.Transpose(rows, 4 * _size), 3 * _size, 4 * _size);
    }

    private Dictionary<string, string> Gates(OnnxGraph body, string a)
    {
        IReadOnlyList<Gate> gates = _at.Cell.Gates;
        string[] parts = body.Split(a, [.. gates.Select(gate => (long)gate.Size)]);
        return Enumerable.Range(0, parts.Length).ToDictionary(k => gates[k].Name, k => parts[k]);
    }

    /// <summary>Adds a gate with its peephole to the cell state that it sees; null where the cell does not have the gate.</summary>
    private string? AddGate(OnnxGraph body, Dictionary<string, string> a, string name, string c)
    {
        if (!a.TryGetValue(name, out string? preActivation))
        {
            return null;
        }

        return body.Sigmoid(_options.Peepholes
            ? body.Plus(preActivation, body.Times(_at.Constant($"p_{name}", Peephole(name), _size), c))
            : preActivation);
    }

    /// <summary>Adds (4n) and (4k): the cell state that is carried on, and the one that h is made of.</summary>
    private (string Carried, string Shown) AddCellState(OnnxGraph body, string c)
    {
        string carried = CellNorm == CellPlacement.Carried ? NormalizeCell(body, c) : c;
        if (_options.CellClip > 0)
        {
            float limit = (float)_options.CellClip;
            carried = body.Node("Clip", [carried, body.Number(-limit), body.Number(limit)]);
        }

        return (carried, CellNorm == CellPlacement.Output ? NormalizeCell(body, carried) : carried);
    }

    private string NormalizeCell(OnnxGraph body, string c) => body.Plus(
        body.Times(body.Normalize(c, _size, _norm!.Epsilon), _at.Vector("gain_c")), _at.Vector("shift_c"));

    /// <summary>Returns the peephole weights of a gate; 0 where the cell does not have the gate.</summary>
    private float[] Peephole(string name)
    {
        string[] gates = [.. _at.Cell.Gates.Select(gate => gate.Name).Where(gate => gate != "g")];
        int place = Array.IndexOf(gates, name);
        return place < 0 ? new float[_size] : _at.Read("p").Slice(place * _size, _size).ToArray();
    }
}
