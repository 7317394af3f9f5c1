namespace Lstm.Tests.Data;

/// <summary>Small sources of every kind, and their batches as texts.</summary>
internal static class Sources
{
    public static TokenWindows Tokens(int count = 103, int batch = 4, int steps = 7, bool dropLast = false) =>
        new(new TokenStreams([.. Enumerable.Range(0, count)], batch), steps, dropLast);

    /// <summary>Row r is r + 0, r + 0.25, r + 0.5 ...</summary>
    public static Series<double> Series(int rows, int columns)
    {
        Series<double> series = new(columns);
        for (int row = 0; row < rows; row++)
        {
            series.Add([.. Enumerable.Range(0, columns).Select(column => row + column / 4.0)]);
        }

        return series;
    }

    public static SeriesWindows<double> Windows(SeriesWindowOptions? options = null) =>
        new(Series(50, 3), history: 5, horizon: 2, batch: 8, options ?? new() { Shuffle = true, Seed = 9 });

    /// <summary>Sequence s has steps of s + 1, in all features, and the class s mod 3; lengths are anything from 1 to 12.</summary>
    public static SequenceSet<float> Set(int count = 45, int features = 2, int shortest = 1)
    {
        SequenceSet<float> set = new(features, classes: 3);
        for (int s = 0; s < count; s++)
        {
            int length = shortest + s * 7 % (13 - shortest);
            set.Add([.. Enumerable.Repeat(s + 1f, length * features)], s % 3);
        }

        return set;
    }

    public static PaddedBatches<float> Padded(PaddedBatchOptions? options = null) =>
        new(Set(), batch: 4, options ?? new() { Shuffle = true, Seed = 5, BucketBatches = 3 });

    public static string Describe(TokenWindow window) => $"{Join(window.Inputs)} -> {Join(window.Targets)}";

    public static string Describe(SeriesBatch<double> batch) =>
        $"{batch.Count}: {Join(batch.Inputs)} -> {Join(batch.Targets)}, {Join(batch.Lengths)}, {Join(batch.Starts)}";

    public static string Describe(PaddedBatch<float> batch) =>
        $"{batch.Count}: {Join(batch.Inputs)}, {Join(batch.Lengths)}, {Join(batch.Labels)}, {Join(batch.Sequences)}";

    /// <summary>The batches up to the end of so many epochs, each of which is an "end".</summary>
    public static List<string> Read<TBatch>(IBatchSource<TBatch> source, Func<TBatch, string> describe, int epochs)
        where TBatch : class
    {
        List<string> batches = [];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            while (source.NextBatch() is { } batch)
            {
                batches.Add(describe(batch));
            }

            batches.Add("end");
        }

        return batches;
    }

    private static string Join<T>(ReadOnlySpan<T> values) => string.Join(' ', values.ToArray());
}
