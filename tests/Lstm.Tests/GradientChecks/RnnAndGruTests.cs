namespace Lstm.Tests.GradientChecks;

/// <summary>The recurrent layers beside the LSTM, and their options, against finite differences. Adding a layer is adding a row.</summary>
public sealed class RnnAndGruTests
{
    private const double Tolerance = 1e-7;

    /// <summary>Sizes below, at and above a vector, and none that divides it evenly.</summary>
    private static readonly int[] s_hiddenSizes = [1, 3, 8, 17];

    private static readonly Dictionary<string, Func<int, int, Layer<double>>> s_layers = new()
    {
        ["rnn"] = (i, h) => new RnnLayer<double>(i, h),
        ["rnn, relu"] = (i, h) => new RnnLayer<double>(i, h, new() { Activation = Activation.Relu }),
        ["rnn, sigmoid"] = (i, h) => new RnnLayer<double>(i, h, new() { Activation = Activation.Sigmoid }),
        ["rnn, identity"] = (i, h) => new RnnLayer<double>(i, h, new() { Activation = Activation.Identity }),
        ["rnn, hidden dropout"] = (i, h) => new RnnLayer<double>(i, h, new() { HiddenDropout = 0.4 }),
        ["rnn, weight dropout"] = (i, h) => new RnnLayer<double>(i, h, new() { WeightDropout = 0.4 }),
        ["rnn, zoneout"] = (i, h) => new RnnLayer<double>(i, h, new() { ZoneoutHidden = 0.4 }),
        ["rnn, zoneout, hidden dropout"] = (i, h) => new RnnLayer<double>(i, h, new() { ZoneoutHidden = 0.4, HiddenDropout = 0.4 }),
        ["rnn, learned initial state"] = (i, h) => new RnnLayer<double>(i, h, new() { LearnInitialState = true }),
        ["gru"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = false }),
        ["gru, hidden dropout"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = false, HiddenDropout = 0.4 }),
        ["gru, weight dropout"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = false, WeightDropout = 0.4 }),
        ["gru, zoneout"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = false, ZoneoutHidden = 0.4 }),
        ["gru, learned initial state"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = false, LearnInitialState = true }),
        ["gru, all options"] = (i, h) => new GruLayer<double>(
            i, h, new() { ResetAfter = false, HiddenDropout = 0.3, WeightDropout = 0.3, ZoneoutHidden = 0.3, LearnInitialState = true }),
        ["gru, reset after"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = true }),
        ["gru, reset after, hidden dropout"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = true, HiddenDropout = 0.4 }),
        ["gru, reset after, weight dropout"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = true, WeightDropout = 0.4 }),
        ["gru, reset after, zoneout"] = (i, h) => new GruLayer<double>(i, h, new() { ResetAfter = true, ZoneoutHidden = 0.4 }),
        ["gru, reset after, all options"] = (i, h) => new GruLayer<double>(
            i, h, new() { ResetAfter = true, HiddenDropout = 0.3, WeightDropout = 0.3, ZoneoutHidden = 0.3, LearnInitialState = true }),
    };

    public static TheoryData<string, int> Rows()
    {
        TheoryData<string, int> rows = [];
        foreach (string layer in s_layers.Keys)
        {
            foreach (int hiddenSize in s_hiddenSizes)
            {
                rows.Add(layer, hiddenSize);
            }
        }

        return rows;
    }

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
}
