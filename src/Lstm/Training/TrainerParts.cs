using System.Diagnostics;
using System.Numerics;

namespace Lstm;

/// <summary>The parts of a trainer, which are all that a checkpoint is taken of.</summary>
internal sealed class TrainerParts<T, TBatch>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBatch : class
{
    public TrainerParts(Trainer<T, TBatch> trainer, TrainerOptions<T> options)
    {
        (Trainer, Options) = (trainer, options);
        Updater = new Updater<T, TBatch>(trainer.Task, trainer.Optimizer, trainer.Bptt, options, State);
        Best = options.EarlyStopping is EarlyStopping stopping
            ? new BestWeights<T>(trainer.Model.Parameters, stopping, trainer.Optimizer, options.Average)
            : null;
    }

    public Trainer<T, TBatch> Trainer { get; }

    public TrainerOptions<T> Options { get; }

    public Updater<T, TBatch> Updater { get; }

    public BestWeights<T>? Best { get; }

    public List<TrainingRound> History { get; } = [];

    public RunState State { get; } = new();

    /// <summary>The time of the present round in calls of Fit, from the beginning of the round or from its restoration.</summary>
    public Stopwatch RoundTime { get; } = new();

    /// <summary>Restores the best moment.</summary>
    /// <returns>Whether there is a best moment.</returns>
    public bool RestoreBest()
    {
        long before = Trainer.Optimizer.Steps;
        bool isRestored = Best?.Apply() ?? false;
        State.StepsUndone += before - Trainer.Optimizer.Steps;
        return isRestored;
    }

    public double RoundSeconds => State.RoundSeconds + RoundTime.Elapsed.TotalSeconds;
}
