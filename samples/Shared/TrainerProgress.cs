namespace Lstm.Samples;

/// <summary>Shows what a trainer reports, and has the rounds that it ends taken notice of.</summary>
/// <param name="display">Where it is shown.</param>
/// <param name="network">What is trained, in a word.</param>
/// <param name="onRound">Takes each round; null where nobody does.</param>
public sealed class TrainerProgress(ProgressDisplay display, string network, Action<TrainingRound>? onRound) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Round is TrainingRound round)
        {
            onRound?.Invoke(round);
        }
        else
        {
            display.Show(new Line(network, value) { EpochUpdates = (int)value.Step, Updates = value.Step });
        }
    }

    private sealed record Line(string Network, TrainingProgress Training) : RunProgress
    {
        public override string Describe() =>
            $"{Network}  epoch {Training.Epoch}/{Training.Epochs}  loss {Training.Training.Loss:F3}  at most {Duration(Training.TimeLeft)} left";
    }
}
