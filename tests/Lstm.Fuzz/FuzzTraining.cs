namespace Lstm.Fuzz;

/// <summary>A small training with everything that a checkpoint keeps: carried states, an average, a plateau, early stopping, metrics.</summary>
internal sealed class FuzzTraining
{
    private const int Classes = 3, Steps = 3, Batch = 2;

    private readonly List<Checkpoint<float>> _checkpoints = [];

    public FuzzTraining()
    {
        Sequential<float> model = new(new Embedding<float>(Classes, 2), new LstmLayer<float>(2, 2), new Dense<float>(2, Classes));
        model.Initialize(seed: 5);
        Trainer = new(model, new NextTokenTask<float>(), new Adam<float>(model.Parameters), Steps, Batch, new()
        {
            Schedule = new ReduceOnPlateau(0.02),
            EarlyStopping = new() { Patience = 3 },
            Average = WeightAverage<float>.Exponential(model.Parameters, 0.8),
            CheckpointSteps = 1,
            Checkpoints = _checkpoints.Add,
            Bptt = new() { Threads = 1 },
        });
    }

    public Trainer<float, TokenWindow> Trainer { get; }

    /// <summary>Files of the beginning, of the middle of an epoch, and of the end.</summary>
    public static byte[][] SoundCheckpoints()
    {
        FuzzTraining training = new();
        Checkpoint<float> first = training.Trainer.Checkpoint();
        training.Trainer.Fit(Windows(), Windows(), epochs: 3);
        Checkpoint<float>[] kept = [first, training._checkpoints[1], training._checkpoints[^1]];
        return [.. kept.Select(checkpoint => SoundFiles.Bytes(checkpoint.Save))];
    }

    /// <summary>Restores a checkpoint, and begins a call of Fit that is cancelled at once, or that finds the position beyond the end of the data.</summary>
    public void Restore(Checkpoint<float> checkpoint)
    {
        Trainer.Restore(checkpoint);
        _checkpoints.Clear();
        try
        {
            Trainer.Fit(Windows(), epochs: 2, cancellationToken: new CancellationToken(canceled: true));
        }
        catch (ArgumentOutOfRangeException)
        {
            // Only the data tell how many batches an epoch has.
        }
    }

    private static TokenWindows Windows() => new(new TokenStreams([.. Enumerable.Range(0, Batch * Steps * 4 + 1).Select(k => k * k % Classes)], Batch), Steps);
}
