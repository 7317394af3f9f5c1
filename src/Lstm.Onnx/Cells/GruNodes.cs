namespace Lstm.Onnx;

/// <summary>
/// The gated recurrent unit, with the numbers of docs/layers.md. Its own order of gates is r z n, that of the operator z r n.
/// </summary>
internal sealed class GruNodes(RecurrentNodes at) : ICellNodes
{
    private static readonly string[] s_operatorOrder = ["z", "r", "n"];

    private readonly GruOptions _options = (GruOptions)at.Cell.Options;
    private readonly int _size = at.Cell.HiddenSize;

    private string _recurrentWeights = "", _candidateWeights = "", _recurrentBias = "";

    public bool IsOperator => _options.ZoneoutHidden == 0;

    public string AddOperator(string input)
    {
        float[] bias = [.. at.InOrder("b", 1, s_operatorOrder), .. new float[3 * _size]];
        if (_options.ResetAfter)
        {
            at.Read("rb").CopyTo(bias.AsSpan(5 * _size));
        }

        string[] weights =
        [
            at.Constant("W", at.InOrder("W", at.Cell.InputSize, s_operatorOrder), 1, 3 * _size, at.Cell.InputSize),
            at.Constant("R", at.InOrder("R", _size, s_operatorOrder), 1, 3 * _size, _size),
            at.Constant("b", bias, 1, 6 * _size),
        ];
        return RecurrentOperator.Add(
            at, "GRU", input, weights, "", OnnxAttribute.Int("linear_before_reset", _options.ResetAfter ? 1 : 0));
    }

    public string AddProjection(string input, bool isTokens)
    {
        if (_options.ResetAfter)
        {
            (_recurrentWeights, _recurrentBias) = (at.Transposed("R", 3 * _size), at.Vector("rb"));
        }
        else
        {
            _recurrentWeights = at.Constant("R_rz", Matrix.Transpose(at.InOrder("R", _size, "r", "z"), 2 * _size), _size, 2 * _size);
            _candidateWeights = at.Constant("R_n", Matrix.Transpose(at.InOrder("R", _size, "n"), _size), _size, _size);
        }

        return at.Graph.Plus(at.InputProduct(input, isTokens), at.Vector("b"));
    }

    public string[] AddStep(OnnxGraph body, string projection, string[] before)
    {
        string h = before[0], product = body.Product(h, _recurrentWeights);
        string[] x = body.Split(projection, _size, _size, _size);
        string[] v = _options.ResetAfter ? body.Split(product, _size, _size, _size) : body.Split(product, _size, _size);
        string r = body.Sigmoid(body.Plus(x[0], v[0]));                                         // (1)
        string z = body.Sigmoid(body.Plus(x[1], v[1]));                                         // (2)
        string candidate = _options.ResetAfter
            ? body.Times(r, body.Plus(v[2], _recurrentBias))                                    // (3a)
            : body.Product(body.Times(r, h), _candidateWeights);                                // (3)
        string n = body.Tanh(body.Plus(x[2], candidate));
        string ofCandidate = body.Times(body.Minus(body.Number(1), z), n);
        return [body.Plus(ofCandidate, body.Times(z, h))];                                      // (4)
    }
}
