using Lstm;

namespace AddingProblem;

/// <summary>A recurrent layer that reads value and marker, and a dense one that gives the sum.</summary>
internal static class AddingModel
{
    /// <summary>The kinds of recurrent layer by their names on the command line. The forget bias of an LSTM is 1 by default.</summary>
    public static IReadOnlyDictionary<string, Func<int, Layer<float>>> Cells { get; } = new Dictionary<string, Func<int, Layer<float>>>
    {
        ["lstm"] = hidden => new LstmLayer<float>(inputSize: 2, hidden),
        ["rnn"] = hidden => new RnnLayer<float>(inputSize: 2, hidden),
    };

    public static Sequential<float> Create(string cell, int hidden, int seed)
    {
        Sequential<float> model = new(Cells[cell](hidden), new Dense<float>(hidden, 1));
        model.Initialize((ulong)seed);
        return model;
    }
}
