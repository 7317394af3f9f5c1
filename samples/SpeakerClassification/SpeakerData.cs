namespace SpeakerClassification;

/// <summary>
/// Utterances to train on, to validate with and to test with. Every fifth of the training file validates: 6 of each speaker's 30. Every coefficient has mean 0
/// and standard deviation 1 over the frames that are trained on.
/// </summary>
internal sealed class SpeakerData
{
    private const int ValidationInterval = 5;

    private SpeakerData(SequenceSet<float> utterances, SequenceSet<float> test)
    {
        int[] validation = [.. Enumerable.Range(0, utterances.Count).Where(k => k % ValidationInterval == ValidationInterval - 1)];
        int[] training = [.. Enumerable.Range(0, utterances.Count).Except(validation)];
        Scaler = StandardScaler<float>.Fit([.. training.SelectMany(k => utterances[k].ToArray())], utterances.Features);
        Training = Scaled(utterances, training);
        Validation = Scaled(utterances, validation);
        Test = Scaled(test, Enumerable.Range(0, test.Count));
    }

    public StandardScaler<float> Scaler { get; }

    public SequenceSet<float> Training { get; }

    public SequenceSet<float> Validation { get; }

    public SequenceSet<float> Test { get; }

    public int LongestLength => Math.Max(Training.LongestLength, Math.Max(Validation.LongestLength, Test.LongestLength));

    /// <exception cref="UserException">A file cannot be read, or has too few utterances.</exception>
    public static SpeakerData Read(string trainingFile, string testFile)
    {
        SequenceSet<float> utterances = UtteranceFile.Read(trainingFile);
        return utterances.Count >= ValidationInterval
            ? new SpeakerData(utterances, UtteranceFile.Read(testFile))
            : throw new UserException(
                $"'{trainingFile}' is too short: it has {utterances.Count} utterances, but every {ValidationInterval}th is to validate with.");
    }

    private SequenceSet<float> Scaled(SequenceSet<float> utterances, IEnumerable<int> chosen)
    {
        SequenceSet<float> set = new(utterances.Features, utterances.Classes);
        foreach (int utterance in chosen)
        {
            float[] frames = utterances[utterance].ToArray();
            Scaler.Transform(frames);
            set.Add(frames, utterances.LabelOf(utterance));
        }

        return set;
    }
}
