using System.Globalization;

namespace SpeakerClassification;

/// <summary>
/// Utterances in a .ts file: after a header of lines that begin with # or @, a line for each, whose columns are separated by colons. A column has the values
/// of one coefficient in all frames, separated by commas; the last one is the speaker, from 1.
/// </summary>
internal static class UtteranceFile
{
    public const int Coefficients = 12, Speakers = 9;

    /// <summary>[frames, coefficients] of each utterance, and its speaker from 0.</summary>
    /// <exception cref="UserException">The file cannot be read, or a line is not as it should be.</exception>
    public static SequenceSet<float> Read(string path) => DataFile.Read(path, text =>
    {
        SequenceSet<float> utterances = new(Coefficients, Speakers);
        for (int line = 1; text.ReadLine() is string content; line++)
        {
            if (content.Length > 0 && content[0] is not ('#' or '@'))
            {
                Add(path, line, content.Split(':'), utterances);
            }
        }

        return utterances.Count > 0 ? utterances : throw new UserException($"the data file '{path}' has no utterances.");
    });

    private static void Add(string path, int line, string[] columns, SequenceSet<float> utterances)
    {
        if (columns.Length != Coefficients + 1)
        {
            throw DataFile.Error(
                path, line, $"{Math.Min(columns.Length, Coefficients + 1)}", $"Expected {Coefficients} columns and the speaker, separated by colons, but got {columns.Length} in all.");
        }

        string speaker = columns[^1];
        if (!int.TryParse(speaker, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > Speakers)
        {
            throw DataFile.Error(path, line, $"{columns.Length}", $"Expected a speaker from 1 to {Speakers}, but got '{speaker}'.");
        }

        try
        {
            utterances.Add(Frames(path, line, columns), number - 1);
        }
        catch (MalformedDataException exception)
        {
            throw DataFile.Error(path, line, $"{exception.Column + 1}, frame {exception.Row + 1}", exception.Reason);
        }
    }

    /// <summary>[frames, coefficients].</summary>
    private static float[] Frames(string path, int line, string[] columns)
    {
        int frames = columns[0].Split(',').Length;
        float[] values = new float[frames * Coefficients];
        for (int column = 0; column < Coefficients; column++)
        {
            string[] fields = columns[column].Split(',');
            if (fields.Length != frames)
            {
                throw DataFile.Error(path, line, $"{column + 1}", $"Expected {frames} frames, as the first column has, but got {fields.Length}.");
            }

            for (int frame = 0; frame < frames; frame++)
            {
                if (!float.TryParse(fields[frame], NumberStyles.Float, CultureInfo.InvariantCulture, out values[frame * Coefficients + column]))
                {
                    throw DataFile.Error(path, line, $"{column + 1}, frame {frame + 1}", $"Expected a number, but got '{fields[frame]}'.");
                }
            }
        }

        return values;
    }
}
