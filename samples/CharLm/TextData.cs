using System.Security.Cryptography;
using System.Text;
using Lstm;

namespace CharLm;

/// <summary>A text as token ids: the first 90 % of its characters train, the rest validates.</summary>
internal sealed class TextData
{
    public const int ValidationBatch = 10;
    private const double TrainingShare = 0.9;

    private TextData(string text, string name, int batch, int steps)
    {
        Vocabulary = new CharVocabulary(text);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        int[] tokens = Vocabulary.Encode(text);
        int cut = (int)(tokens.Length * TrainingShare);
        CheckLength(name, cut, tokens.Length - cut, batch, steps);
        TrainingLength = cut;
        ValidationLength = tokens.Length - cut;
        Training = new TokenStreams(tokens.AsSpan(..cut), batch);
        Validation = new TokenStreams(tokens.AsSpan(cut..), ValidationBatch);
    }

    public CharVocabulary Vocabulary { get; }

    /// <summary>The number of characters to train on.</summary>
    public int TrainingLength { get; }

    /// <summary>The number of characters to validate with.</summary>
    public int ValidationLength { get; }

    public int Length => TrainingLength + ValidationLength;

    /// <summary>SHA-256 of the text in UTF-8.</summary>
    public string Hash { get; }

    public TokenStreams Training { get; }

    public TokenStreams Validation { get; }

    /// <summary>Reads a text that has at least one window of <paramref name="batch"/> streams and <paramref name="steps"/> steps.</summary>
    /// <exception cref="UserException">There is no such file, it cannot be read, or it is too short.</exception>
    public static TextData Read(string path, int batch, int steps)
    {
        string text = ReadText(path);
        return text.Length > 0 ? new TextData(text, path, batch, steps) : throw new UserException($"the data file '{path}' is empty.");
    }

    /// <summary>As every text mode does: the same text is to give the same losses whatever a checkout did to its line ends.</summary>
    private static string ReadText(string path) => DataFile.Read(path, reader => reader.ReadToEnd().Replace("\r\n", "\n").Replace('\r', '\n'));

    /// <summary>A window is trained on only if the streams go on after it; validation reads windows of any length.</summary>
    private static void CheckLength(string name, int training, int validation, int batch, int steps)
    {
        long neededTraining = (long)batch * (steps + 1L) + 1;
        const int NeededValidation = ValidationBatch + 1;
        if (training < neededTraining || validation < NeededValidation)
        {
            throw new UserException(
                $"'{name}' is too short: its {training + validation:N0} characters leave {training:N0} to train on and "
                + $"{validation:N0} to validate with, "
                + $"but batch {batch:N0} x {steps:N0} steps needs {neededTraining:N0} and {NeededValidation:N0}.");
        }
    }
}
