namespace SpeakerClassification;

/// <summary>
/// Networks that read the frames of an utterance and tell the speaker at its last one. There, the backward direction of a bidirectional layer has read
/// but one frame; the LSTM above it carries what it told about all of them to the end.
/// </summary>
internal static class SpeakerModel
{
    private const double InputDropout = 0.1, OutputDropout = 0.5;

    /// <summary>The kinds of recurrent layers by their names on the command line, from input size and units.</summary>
    public static IReadOnlyDictionary<string, Func<int, int, Layer<float>[]>> Networks { get; } = new Dictionary<string, Func<int, int, Layer<float>[]>>
    {
        ["lstm"] = (inputs, hidden) => [new LstmLayer<float>(inputs, hidden)],
        ["bidirectional"] = (inputs, hidden) =>
        [
            new Bidirectional<float>(new LstmLayer<float>(inputs, hidden), new LstmLayer<float>(inputs, hidden)),
            new LstmLayer<float>(2 * hidden, hidden),
        ],
    };

    public static Sequential<float> Create(string network, int inputs, int hidden, int speakers, int seed)
    {
        Sequential<float> model = new(
        [
            new Dropout<float>(inputs, InputDropout),
            .. Networks[network](inputs, hidden),
            new Dropout<float>(hidden, OutputDropout),
            new Dense<float>(hidden, speakers),
        ]);
        model.Initialize((ulong)seed);
        return model;
    }
}
