namespace Lstm.Onnx;

/// <summary>Makes the graph of a model, layer by layer.</summary>
internal sealed class ModelGraph
{
    private const string Producer = "Lstm.Onnx";

    private readonly Sequential<float> _model;
    private readonly OnnxExportOptions _options;
    private readonly OnnxGraph _graph;
    private readonly WindowNodes _window;

    public ModelGraph(Sequential<float> model, OnnxExportOptions options)
    {
        (_model, _options) = (model, options);
        _graph = new OnnxGraph("lstm", options.Opset);
        Layer<float> first = model.Layers[0];
        bool tokens = options.Tokens ?? !first.AcceptsValues;
        if (tokens ? !first.AcceptsTokens : !first.AcceptsValues)
        {
            throw new ArgumentException(
                $"{nameof(OnnxExportOptions.Tokens)} is {(tokens ? "true" : "false")}, but the first layer, {KindOf(first)}, takes "
                    + $"{(tokens ? "no token ids" : "token ids only")}.",
                nameof(options));
        }

        _window = new WindowNodes(_graph, options, tokens ? null : first.InputSize);
    }

    public byte[] ToModel()
    {
        string value = AddLayers(_model.Layers, "", _window.Input, _window.HasTokens, isReversed: false);
        if (_options.States && !_window.HasAnyState)
        {
            throw new ArgumentException(
                $"{nameof(OnnxExportOptions.States)} is true, but no layer of the model has a state.", "options");
        }

        _graph.Scope = "";
        string output = _options.Softmax ? _graph.Node("Softmax", [value], OnnxAttribute.Int("axis", -1)) : value;
        _window.AddOutputs(output, _model.Layers[^1].OutputSize);
        return _graph.ToModel(Producer);
    }

    private string AddLayers(IReadOnlyList<Layer<float>> layers, string prefix, string input, bool isTokens, bool isReversed)
    {
        string value = input;
        for (int k = 0; k < layers.Count; k++)
        {
            value = AddLayer(layers[k], $"{prefix}{k}", value, isTokens && k == 0, isReversed);
        }

        return value;
    }

    /// <summary>
    /// Adds a layer. Where <paramref name="isReversed"/>, the layer reads each sequence from its last step to its first, and its output
    /// stands in the order of the steps all the same. So a direction within a direction is turned once more.
    /// </summary>
    private string AddLayer(Layer<float> layer, string path, string input, bool isTokens, bool isReversed)
    {
        switch (layer)
        {
            case Dense<float>:
                return AddDense(layer, path, input, isTokens);
            case Embedding<float> embedding:
                _graph.Scope = path;
                return _graph.Node("Gather", [Constant($"{path}.E", embedding.Table), input], OnnxAttribute.Int("axis", 0));
            case Dropout<float>:
                return input;
            case Residual<float> residual:
                string inner = AddLayers(residual.Layers, $"{path}.", input, isTokens, isReversed);
                _graph.Scope = path;
                return _graph.Plus(input, inner);
            case Bidirectional<float> both:
                string forward = AddLayer(both.ForwardLayer, $"{path}.forward", input, isTokens, isReversed);
                string backward = AddLayer(both.BackwardLayer, $"{path}.backward", input, isTokens, !isReversed);
                _graph.Scope = path;
                return _graph.Concat(-1, forward, backward);
            case RecurrentLayer<float> recurrent:
                _graph.Scope = path;
                return AddRecurrent(new RecurrentNodes(_window, _model, recurrent.Cell, path, isReversed), input, isTokens);
            default:
                throw Unknown("layer", path, KindOf(layer));
        }
    }

    private string AddDense(Layer<float> layer, string path, string input, bool isTokens)
    {
        _graph.Scope = path;
        Parameter<float> weights = _model.Parameters[$"{path}.W"], bias = _model.Parameters[$"{path}.b"];
        string columns = _graph.Constant(
            $"{path}.W", Matrix.Transpose(weights.Current, layer.OutputSize), layer.InputSize, layer.OutputSize);
        string product = isTokens
            ? _graph.Node("Gather", [columns, input], OnnxAttribute.Int("axis", 0))
            : _graph.Product(input, columns);
        return _graph.Plus(product, Constant($"{path}.b", bias));
    }

    private static string AddRecurrent(RecurrentNodes at, string input, bool isTokens)
    {
        // A class that derives from a cell may compute something else.
        Type kind = at.Cell.GetType();
        ICellNodes cell = kind == typeof(LstmCell<float>) || kind == typeof(LayerNormLstmCell<float>) ? new LstmNodes(at)
            : kind == typeof(GruCell<float>) ? new GruNodes(at)
            : kind == typeof(RnnCell<float>) ? new RnnNodes(at)
            : throw Unknown("cell", at.Path, KindOf(at.Cell));
        return cell.IsOperator
            ? cell.AddOperator(isTokens ? at.OneHot(input) : input)
            : ScanLoop.Add(at, cell, cell.AddProjection(input, isTokens));
    }

    private string Constant(string name, Parameter<float> parameter)
    {
        long[] shape = new long[parameter.Shape.Length];
        for (int k = 0; k < shape.Length; k++)
        {
            shape[k] = parameter.Shape[k];
        }

        return _graph.Constant(name, parameter.Current, shape);
    }

    private static string KindOf(object part) => part.GetType().Name.Split('`')[0];

    private static NotSupportedException Unknown(string what, string path, string kind) => new(
        $"Layer {path} has no form in ONNX: its {what} is of the kind {kind}, and only the layers and cells of the library have one. "
            + "Export a model without it, and compute it outside of the exported graph.");
}
