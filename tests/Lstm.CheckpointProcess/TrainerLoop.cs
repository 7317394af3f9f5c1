namespace Lstm.CheckpointProcess;

/// <summary>The same by a trainer, with an average of the weights and early stopping.</summary>
internal static class TrainerLoop
{
    public static void Run(Sequential<float> model, Action<Checkpoint<float>> save, Checkpoint<float>? checkpoint)
    {
        TrainerOptions<float> options = new()
        {
            Schedule = Recipe.Schedule,
            ClipByGlobalNorm = 1,
            EarlyStopping = new() { Patience = 2 },
            Average = WeightAverage<float>.Exponential(model.Parameters, decay: 0.9),
            Bptt = Recipe.Bptt,
            Checkpoints = save,
            CheckpointSteps = 1,
        };
        Trainer<float, PaddedBatch<int>> trainer = new(
            model, new TokenClassificationTask<float>(), new AdamW<float>(model.Parameters), Recipe.Steps, Recipe.Batch, options);
        if (checkpoint != null)
        {
            trainer.Restore(checkpoint);
        }

        trainer.Fit(Recipe.Sequences(), Recipe.Sequences(), Recipe.Epochs);
    }
}
