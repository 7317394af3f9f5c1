using System.Globalization;
using Lstm;

namespace CharLm;

/// <summary>
/// A character language model: token ids go straight into the first recurrent layer, where they stand for one-hot vectors; the last one's
/// output becomes logits over the vocabulary.
/// </summary>
internal sealed class CharModel
{
    private const string Program = "CharLm";

    public CharModel(CharVocabulary vocabulary, Architecture architecture)
    {
        Vocabulary = vocabulary;
        Architecture = architecture;
        (int hidden, int layers, string cell) = architecture;
        Network = new Sequential<float>(
        [
            Cells[cell](vocabulary.Count, hidden),
            .. Enumerable.Range(1, layers - 1).Select(_ => Cells[cell](hidden, hidden)),
            new Dense<float>(hidden, vocabulary.Count),
        ]);
    }

    /// <summary>
    /// The kinds of recurrent layers by their names on the command line and in a model file, from input and hidden size. Forget biases
    /// are 1 by default.
    /// </summary>
    public static IReadOnlyDictionary<string, Func<int, int, Layer<float>>> Cells { get; } = new Dictionary<string, Func<int, int, Layer<float>>>
    {
        ["plain"] = Lstm(new()),
        ["peephole"] = Lstm(LstmVariants.Vanilla),
        ["layer-norm"] = Lstm(new() { LayerNorm = new LayerNormOptions() }),
        ["layer-norm-ba"] = Lstm(new() { LayerNorm = LayerNormOptions.Ba }),
        ["layer-norm-tf-addons"] = Lstm(new() { LayerNorm = LayerNormOptions.TfAddons }),
        ["layer-norm-haste"] = Lstm(new() { LayerNorm = LayerNormOptions.Haste }),
        ["layer-norm-fastrnns"] = Lstm(new() { LayerNorm = LayerNormOptions.FastRnns }),
        ["layer-norm-seq2seqsharp"] = Lstm(new() { LayerNorm = LayerNormOptions.Seq2SeqSharp }),
        ["no-input-gate"] = Lstm(LstmVariants.NoInputGate),
        ["no-forget-gate"] = Lstm(LstmVariants.NoForgetGate),
        ["no-output-gate"] = Lstm(LstmVariants.NoOutputGate),
        ["no-input-activation"] = Lstm(LstmVariants.NoInputActivation),
        ["no-output-activation"] = Lstm(LstmVariants.NoOutputActivation),
        ["coupled"] = Lstm(LstmVariants.Coupled),
        ["full-gate-recurrence"] = Lstm(LstmVariants.FullGateRecurrence),
        ["projection"] = static (input, hidden) => new LstmLayer<float>(input, 2 * hidden, new() { Projection = hidden }),
        ["zoneout"] = Lstm(new() { ZoneoutCell = 0.2, ZoneoutHidden = 0.05 }),
        ["recurrent-dropout"] = Lstm(new() { RecurrentDropout = 0.2 }),
        ["gru"] = static (input, hidden) => new GruLayer<float>(input, hidden, new() { ResetAfter = false }),
        ["gru-reset-after"] = static (input, hidden) => new GruLayer<float>(input, hidden, new() { ResetAfter = true }),
        ["rnn"] = static (input, hidden) => new RnnLayer<float>(input, hidden),
        ["rnn-relu"] = static (input, hidden) => new RnnLayer<float>(input, hidden, new() { Activation = Activation.Relu }),
    };

    public CharVocabulary Vocabulary { get; }

    public Architecture Architecture { get; }

    public Sequential<float> Network { get; }

    /// <summary>Writes weights, architecture and vocabulary.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Save(string path)
    {
        Dictionary<string, string> metadata = new()
        {
            ["program"] = Program,
            ["hidden"] = Architecture.Hidden.ToString(CultureInfo.InvariantCulture),
            ["layers"] = Architecture.Layers.ToString(CultureInfo.InvariantCulture),
            ["cell"] = Architecture.Cell,
            ["vocabulary"] = Vocabulary.ToJson(),
        };
        OutputFile.Save(Network, path, metadata);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="UserException">There is no such file, it is damaged, or it is something else.</exception>
    public static CharModel Load(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserException($"the model file '{path}' is a folder.");
        }

        try
        {
            CharModel model = Describe(ModelFile.ReadMetadata(path), new FileInfo(path).Length)
                ?? throw new UserException($"'{path}' was not written by {Program}: it does not describe a character model.");
            model.Network.LoadParameters(path);
            return model;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"there is no model file '{path}'.");
        }
        catch (InvalidDataException exception)
        {
            throw new UserException($"{exception.Message} The file is damaged or no model.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the model file '{path}': {exception.Message}");
        }
    }

    private static Func<int, int, Layer<float>> Lstm(LstmOptions options) => (input, hidden) => new LstmLayer<float>(input, hidden, options);

    /// <summary>The model that metadata describe, without its weights; null if they describe none that fits into the file.</summary>
    private static CharModel? Describe(IReadOnlyDictionary<string, string> metadata, long fileLength)
    {
        int hidden = Number("hidden"), layers = Number("layers");
        string cell = metadata.GetValueOrDefault("cell", "");
        CharVocabulary? vocabulary = VocabularyOf(metadata.GetValueOrDefault("vocabulary", ""));
        bool valid = metadata.GetValueOrDefault("program") == Program
            && hidden is > 0 and <= Architecture.MostHidden
            && layers is > 0 and <= Architecture.MostLayers
            && (long)sizeof(float) * hidden * hidden * layers <= fileLength
            && Cells.ContainsKey(cell)
            && vocabulary?.Count > 0;
        return valid ? new CharModel(vocabulary!, new Architecture(hidden, layers, cell)) : null;

        int Number(string name) =>
            int.TryParse(metadata.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    /// <summary>Models of version 0.1.0 have the characters alone, sorted: these never begin as JSON does. Null if it is neither.</summary>
    private static CharVocabulary? VocabularyOf(string text)
    {
        if (text.StartsWith("{\"", StringComparison.Ordinal))
        {
            return CharVocabulary.FromJson(text);
        }

        CharVocabulary vocabulary = new(text, normalize: false);
        return vocabulary.ToString() == text ? vocabulary : null;
    }
}
