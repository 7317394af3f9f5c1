namespace Lstm.Benchmarks.Worker;

/// <summary>A text as windows of streams that are read side by side; each character's target is the next one.</summary>
internal sealed class CharacterText
{
    /// <summary>The environment variable with the name of the file.</summary>
    public const string Variable = "LSTM_COMPARE_TEXT";

    /// <summary>The first part of the text, which is trained on; the rest is for validation.</summary>
    private const double TrainingShare = 0.9;

    private readonly int[] _ids;
    private readonly Work _work;
    private readonly int _streamLength;

    /// <exception cref="InvalidDataException">The number of different characters is not the size of the input.</exception>
    public CharacterText(string text, Work work)
    {
        char[] vocabulary = [.. text.Distinct().Order()];
        if (vocabulary.Length != work.InputSize)
        {
            throw new InvalidDataException($"expected a text of {work.InputSize} different characters, but it has {vocabulary.Length}");
        }

        int length = (int)(text.Length * TrainingShare);
        _ids = [.. text.Take(length).Select(character => Array.BinarySearch(vocabulary, character))];
        (_work, _streamLength) = (work, (length - 1) / work.Batch);
        Windows = (_streamLength - 1) / work.Steps;
    }

    /// <summary>The number of windows of an epoch.</summary>
    public int Windows { get; }

    /// <summary>Reads the file that the environment names.</summary>
    public static CharacterText Read(Work work)
    {
        string? file = Environment.GetEnvironmentVariable(Variable);
        return file is null
            ? throw new InvalidDataException($"{Variable} should name a text, but is not set")
            : new CharacterText(File.ReadAllText(file), work);
    }

    /// <summary>Writes the characters of a window and those that follow them, [steps, streams].</summary>
    public void Copy(int window, Span<int> inputs, Span<int> targets)
    {
        for (int n = 0; n < inputs.Length; n++)
        {
            (int step, int stream) = Math.DivRem(n, _work.Batch);
            int place = (stream * _streamLength) + (window * _work.Steps) + step;
            (inputs[n], targets[n]) = (_ids[place], _ids[place + 1]);
        }
    }
}
