using Lstm;

namespace CharLm;

/// <summary>The training of a model by truncated BPTT, which keeps the weights with the lowest validation loss.</summary>
internal sealed class CharTraining
{
    private const double MaxGradientNorm = 5;
    private const int ValidationSteps = 200;

    private readonly TrainingOptions _options;
    private readonly TokenWindows _training, _validation;

    public CharTraining(CharModel model, TextData text, TrainingOptions options, RunCheckpoints? checkpoints)
    {
        _options = options;

        // A window is trained on if its streams go on after it: every full one, but not one that ends with the text.
        _training = new(text.Training, options.Steps, dropLast: true) { MaxBatches = (text.Training.Length - 1) / options.Steps };
        _validation = new(text.Validation, ValidationSteps);

        NextTokenTask<float> task = new() { Metrics = [new BitsPerCharacter()] };
        Adam<float> adam = new(model.Network.Parameters, options.LearningRate);
        Trainer = new(model.Network, task, adam, options.Steps, options.Batch, new()
        {
            ClipByGlobalNorm = MaxGradientNorm,
            EarlyStopping = new() { Patience = int.MaxValue },      // never ends it, but brings the best weights back
            MaxSteps = options.Updates,
            Bptt = new() { Threads = options.Threads },
            EvaluationSteps = ValidationSteps,
            EvaluationBatch = TextData.ValidationBatch,
            Checkpoints = checkpoints is null ? null : checkpoints.Save,
            CheckpointSteps = RunCheckpoints.Interval,
            ProgressInterval = TimeSpan.Zero,
        });
        Length = new(options.Epochs, _training.BatchesPerEpoch, Math.Min((long)_training.BatchesPerEpoch * options.Epochs, options.Updates ?? long.MaxValue));
    }

    public Trainer<float, TokenWindow> Trainer { get; }

    /// <summary>The epochs and updates to do.</summary>
    public RunLength Length { get; }

    public TrainingResult Run(IProgress<TrainingProgress> progress, CancellationToken stop) =>
        Trainer.Fit(_training, _validation, _options.Epochs, progress, stop);
}
