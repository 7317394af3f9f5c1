namespace Lstm.Onnx;

/// <summary>Elman's network, with the numbers of docs/layers.md.</summary>
internal sealed class RnnNodes(RecurrentNodes at) : ICellNodes
{
    private readonly RnnOptions _options = (RnnOptions)at.Cell.Options;
    private readonly int _size = at.Cell.HiddenSize;

    private string _recurrentWeights = "";

    public bool IsOperator => _options.ZoneoutHidden == 0;

    public string AddOperator(string input)
    {
        string[] weights =
        [
            at.Constant("W", at.Read("W"), 1, _size, at.Cell.InputSize),
            at.Constant("R", at.Read("R"), 1, _size, _size),
            at.Constant("b", [.. at.Read("b"), .. new float[_size]], 1, 2 * _size),
        ];
        return RecurrentOperator.Add(at, "RNN", input, weights, "", RecurrentOperator.Activations(_options.Activation));
    }

    public string AddProjection(string input, bool isTokens)
    {
        _recurrentWeights = at.Transposed("R", _size);
        return at.Graph.Plus(at.InputProduct(input, isTokens), at.Vector("b"));
    }

    public string[] AddStep(OnnxGraph body, string projection, string[] before)
    {
        string a = body.Plus(projection, body.Product(before[0], _recurrentWeights));
        return [body.Activate(_options.Activation, a)];                                         // (1)
    }
}
