namespace SpeakerClassification;

/// <summary>The training of one network with one seed: the weights with the lowest validation loss are tested.</summary>
internal sealed class SpeakerTraining
{
    private const double MaxGradientNorm = 1;

    private readonly SpeakerOptions _options;
    private readonly SpeakerData _data;
    private readonly PaddedBatches<float> _training, _validation;
    private readonly Trainer<float, PaddedBatch<float>> _trainer;

    public SpeakerTraining(string network, int seed, SpeakerData data, SpeakerOptions options)
    {
        (Network, Seed, _options, _data) = (network, seed, options, data);
        _training = new(data.Training, options.Batch, new() { Shuffle = true, Seed = (ulong)seed });
        _validation = new(data.Validation, options.Batch);

        SequenceSet<float> set = data.Training;
        Model = SpeakerModel.Create(network, set.Features, options.Hidden, set.Classes, seed);
        Adam<float> adam = new(Model.Parameters, options.LearningRate);
        ClassificationTask<float> task = new() { ClassCounts = CountsOf(set) };
        _trainer = new(Model, task, adam, data.LongestLength, options.Batch, new()
        {
            ClipByGlobalNorm = MaxGradientNorm,
            EarlyStopping = new() { Patience = int.MaxValue },      // never ends it, but brings the best weights back
            MaxSteps = options.Updates,
            Bptt = new() { Threads = options.Threads, Seed = (ulong)seed },
            ProgressInterval = TimeSpan.Zero,
        });
    }

    public string Network { get; }

    public int Seed { get; }

    public Sequential<float> Model { get; }

    /// <summary>The updates to do.</summary>
    public int Updates => Math.Min(_training.BatchesPerEpoch * _options.Epochs, _options.Updates ?? int.MaxValue);

    public TrainingResult Run(IProgress<TrainingProgress> progress, CancellationToken stop) =>
        _trainer.Fit(_training, _validation, _options.Epochs, progress, stop);

    /// <summary>Loss and accuracy on the test utterances, beside those of the frequencies of the speakers in the training.</summary>
    public Evaluation Test() => _trainer.Evaluate(new PaddedBatches<float>(_data.Test, _options.Batch));

    private static long[] CountsOf(SequenceSet<float> set) =>
        [.. Enumerable.Range(0, set.Classes).Select(speaker => (long)Enumerable.Range(0, set.Count).Count(k => set.LabelOf(k) == speaker))];
}
