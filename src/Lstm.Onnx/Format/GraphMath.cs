namespace Lstm.Onnx;

/// <summary>Adds nodes of elementary operations to a graph; each returns the name of its result.</summary>
internal static class GraphMath
{
    /// <summary>The first operator set in which reductions have their axes as an input.</summary>
    private const int AxesAreInputs = 18;

    public static string Plus(this OnnxGraph graph, string a, string b) => graph.Node("Add", [a, b]);

    public static string Minus(this OnnxGraph graph, string a, string b) => graph.Node("Sub", [a, b]);

    public static string Times(this OnnxGraph graph, string a, string b) => graph.Node("Mul", [a, b]);

    /// <summary>Adds the matrix product a b.</summary>
    public static string Product(this OnnxGraph graph, string a, string b) => graph.Node("MatMul", [a, b]);

    public static string Sigmoid(this OnnxGraph graph, string a) => graph.Node("Sigmoid", [a]);

    public static string Tanh(this OnnxGraph graph, string a) => graph.Node("Tanh", [a]);

    /// <summary>Adds the choice of a where the condition holds, and else b.</summary>
    public static string Where(this OnnxGraph graph, string condition, string a, string b) => graph.Node("Where", [condition, a, b]);

    public static string Unsqueeze(this OnnxGraph graph, string a, long axis) => graph.Node("Unsqueeze", [a, graph.Integers(axis)]);

    public static string Squeeze(this OnnxGraph graph, string a, long axis) => graph.Node("Squeeze", [a, graph.Integers(axis)]);

    public static string Concat(this OnnxGraph graph, long axis, params ReadOnlySpan<string> parts) =>
        graph.Node("Concat", parts, OnnxAttribute.Int("axis", axis));

    /// <summary>Adds the parts of the last axis, of <paramref name="sizes"/>.</summary>
    public static string[] Split(this OnnxGraph graph, string a, params ReadOnlySpan<long> sizes) =>
        graph.Nodes("Split", [a, graph.Integers(sizes)], sizes.Length, OnnxAttribute.Int("axis", -1));

    public static string Activate(this OnnxGraph graph, Activation activation, string a) => activation switch
    {
        Activation.Identity => a,
        Activation.Relu => graph.Node("Relu", [a]),
        Activation.Sigmoid => graph.Sigmoid(a),
        Activation.Tanh => graph.Tanh(a),
        _ => throw new NotSupportedException($"There is no form in ONNX of the activation {activation}."),
    };

    /// <summary>
    /// Adds x̂ = (v - mean) / sqrt(var + eps) of the last axis. The operator LayerNormalization of a runtime may compute the variance as a
    /// difference of large numbers; this form does not, and takes what rounding has left out of the mean away, too.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="v">The values.</param>
    /// <param name="size">The size of the last axis.</param>
    /// <param name="epsilon">The number added to the variance.</param>
    public static string Normalize(this OnnxGraph graph, string v, int size, double epsilon)
    {
        string centred = graph.Minus(v, graph.Reduce("ReduceMean", v));
        centred = graph.Minus(centred, graph.Reduce("ReduceMean", centred));
        string variance = graph.Node("Div", [graph.Reduce("ReduceSumSquare", centred), graph.Number(size)]);
        return graph.Node("Div", [centred, graph.Node("Sqrt", [graph.Plus(variance, graph.Number((float)epsilon))])]);
    }

    private static string Reduce(this OnnxGraph graph, string operation, string v) => graph.Opset < AxesAreInputs
        ? graph.Node(operation, [v], OnnxAttribute.Ints("axes", -1), OnnxAttribute.Int("keepdims", 1))
        : graph.Node(operation, [v, graph.Integers(-1)], OnnxAttribute.Int("keepdims", 1));
}
