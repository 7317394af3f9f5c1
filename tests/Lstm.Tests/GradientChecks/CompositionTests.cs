namespace Lstm.Tests.GradientChecks;

/// <summary>Layers that are made of layers, dropout, and models that mix all kinds, against finite differences.</summary>
public sealed class CompositionTests
{
    private const double Tolerance = 1e-7;

    private static readonly int[] s_hiddenSizes = [1, 3, 8, 17];

    private static readonly Dictionary<string, Func<int, int, Layer<double>>> s_layers = new()
    {
        ["bidirectional lstm"] = (i, h) => new Bidirectional<double>(() => new LstmLayer<double>(i, h, new() { Peepholes = true })),
        ["bidirectional gru"] = (i, h) => new Bidirectional<double>(() => new GruLayer<double>(i, h, new() { ResetAfter = false })),
        ["bidirectional rnn"] = (i, h) => new Bidirectional<double>(() => new RnnLayer<double>(i, h, new() { LearnInitialState = true })),
        ["directions of two kinds and sizes"] = (i, h) => new Bidirectional<double>(
            new LstmLayer<double>(i, h, new() { LayerNorm = new() }), new GruLayer<double>(i, h + 2, new() { ResetAfter = true, HiddenDropout = 0.3 })),
        ["a direction without memory"] = (i, h) => new Bidirectional<double>(new RnnLayer<double>(i, 2), new Dense<double>(i, h)),
        ["directions within a direction"] = (i, h) => new Bidirectional<double>(
            new Bidirectional<double>(new RnnLayer<double>(i, h), new GruLayer<double>(i, 2, new() { ResetAfter = false })), new RnnLayer<double>(i, h)),
    };

    /// <summary>Layers from any size to the same.</summary>
    private static readonly Dictionary<string, Func<int, Layer<double>>> s_vectorLayers = new()
    {
        ["residual lstm"] = h => new Residual<double>(new LstmLayer<double>(h, h)),
        ["residual of several"] = h => new Residual<double>(new GruLayer<double>(h, 5, new() { ResetAfter = false }), new Dropout<double>(5, 0.3), new Dense<double>(5, h)),
        ["residual in residual"] = h => new Residual<double>(new Residual<double>(new RnnLayer<double>(h, h)), new RnnLayer<double>(h, h)),
        ["residual of two directions"] = h => new Residual<double>(
            new Bidirectional<double>(() => new GruLayer<double>(h, 4, new() { ResetAfter = false })), new Dense<double>(8, h)),
        ["dropout"] = h => new Dropout<double>(h, 0.4),
        ["dropout, variational"] = h => new Dropout<double>(h, 0.4, variational: true),
        ["dropout of nothing"] = h => new Dropout<double>(h, 0),
    };

    public static TheoryData<string, int> Rows() => RowsOf(s_layers.Keys);

    public static TheoryData<string, int> VectorRows() => RowsOf(s_vectorLayers.Keys);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_vectors(string layer, int hiddenSize) =>
        GradientCheck.Run(s_layers[layer](3, hiddenSize), steps: 4, batch: 3, seed: 1).Noted(layer).ThrowIfWorseThan(Tolerance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_token_ids(string layer, int hiddenSize) =>
        GradientCheck.Run(s_layers[layer](5, hiddenSize), steps: 3, batch: 2, seed: 2, tokens: true).Noted(layer).ThrowIfWorseThan(Tolerance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_sequences_that_end_early(string layer, int hiddenSize) =>
        GradientCheck.Run(s_layers[layer](3, hiddenSize), steps: 4, batch: 4, seed: 8, lengths: [2, 4, 0, 1]).Noted(layer).ThrowIfWorseThan(Tolerance);

    [Theory]
    [MemberData(nameof(VectorRows))]
    public void Of_vectors_alone(string layer, int size) =>
        GradientCheck.Run(s_vectorLayers[layer](size), steps: 4, batch: 3, seed: 3).Noted(layer).ThrowIfWorseThan(Tolerance);

    [Theory]
    [MemberData(nameof(VectorRows))]
    public void Of_vectors_alone_that_end_early(string layer, int size) =>
        GradientCheck.Run(s_vectorLayers[layer](size), steps: 4, batch: 4, seed: 4, lengths: [3, 0, 4, 2]).Noted(layer).ThrowIfWorseThan(Tolerance);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_of_all_kinds(bool lengths)
    {
        Sequential<double> model = new(
            new Embedding<double>(7, 4),
            new Dropout<double>(4, 0.2, variational: true),
            new Bidirectional<double>(() => new LstmLayer<double>(4, 3, new() { Peepholes = true })),
            new Residual<double>(new LstmLayer<double>(6, 6, new() { LayerNorm = new() }), new Dropout<double>(6, 0.2)),
            new GruLayer<double>(6, 5, new() { ResetAfter = false }),
            new Residual<double>(new GruLayer<double>(5, 5, new() { ResetAfter = true })),
            new RnnLayer<double>(5, 4),
            new Dense<double>(4, 7));

        GradientCheck.Run(model, steps: 5, batch: 3, seed: 6, lengths: lengths ? [4, 5, 2] : null).Noted("a model of all kinds").ThrowIfWorseThan(Tolerance);
    }

    /// <summary>The token ids reach both directions of a first layer, and a second one reads both outputs.</summary>
    [Fact]
    public void Two_bidirectional_layers_of_token_ids() =>
        GradientCheck.Run(
            new Sequential<double>(
                new Bidirectional<double>(() => new GruLayer<double>(6, 3, new() { ResetAfter = false })),
                new Bidirectional<double>(new LstmLayer<double>(6, 4), new RnnLayer<double>(6, 2))),
            steps: 4, batch: 3, seed: 9, tokens: true, lengths: [4, 1, 3]).Noted("two bidirectional layers of token ids").ThrowIfWorseThan(Tolerance);

    private static TheoryData<string, int> RowsOf(IEnumerable<string> layers)
    {
        TheoryData<string, int> rows = [];
        foreach (string layer in layers)
        {
            foreach (int size in s_hiddenSizes)
            {
                rows.Add(layer, size);
            }
        }

        return rows;
    }
}
