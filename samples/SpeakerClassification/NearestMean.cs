using System.Numerics.Tensors;

namespace SpeakerClassification;

/// <summary>The naive model: an utterance is the mean of its frames, and of the speaker whose mean is nearest.</summary>
internal static class NearestMean
{
    /// <summary>The share of the test utterances that are told right.</summary>
    public static double Accuracy(SequenceSet<float> training, SequenceSet<float> test)
    {
        float[]?[] means = [.. Enumerable.Range(0, training.Classes).Select(speaker => MeanOf(training, speaker))];
        return Enumerable.Range(0, test.Count).Average(k => Nearest(means, MeanFrame(test, k)) == test.LabelOf(k) ? 1.0 : 0);
    }

    private static int Nearest(float[]?[] means, float[] frame) => Enumerable.Range(0, means.Length)
        .Where(speaker => means[speaker] != null)
        .MinBy(speaker => TensorPrimitives.Distance<float>(means[speaker], frame));

    /// <summary>The mean of a speaker's utterances; null if there are none.</summary>
    private static float[]? MeanOf(SequenceSet<float> utterances, int speaker)
    {
        float[][] frames = [.. Enumerable.Range(0, utterances.Count).Where(k => utterances.LabelOf(k) == speaker).Select(k => MeanFrame(utterances, k))];
        return frames.Length > 0 ? Mean([.. frames.SelectMany(frame => frame)], utterances.Features) : null;
    }

    private static float[] MeanFrame(SequenceSet<float> utterances, int utterance) => Mean(utterances[utterance], utterances.Features);

    private static float[] Mean(ReadOnlySpan<float> rows, int columns)
    {
        float[] mean = new float[columns];
        for (int start = 0; start < rows.Length; start += columns)
        {
            TensorPrimitives.Add(mean, rows.Slice(start, columns), mean);
        }

        TensorPrimitives.Divide(mean, rows.Length / columns, mean);
        return mean;
    }
}
