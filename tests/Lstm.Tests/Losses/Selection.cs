namespace Lstm.Tests.Losses;

/// <summary>The ways to say which steps of a window of 4 steps and 4 sequences count, each with the weights it stands for.</summary>
public enum Selection
{
    Everything,
    Weights,
    Lengths,
    WeightedLengths,
    LastStep,
    LastStepOfLengths,
    WeightedLastStepOfLengths,
}

internal static class Selections
{
    public const int Steps = 4;
    public const int Batch = 4;

    // The last step of the last sequence is followed by that of the first, which has another target.
    private static readonly int[] s_lengths = [2, 4, 0, 1];
    private static readonly double[] s_stepWeights = [0.3, 1, 0, 2.5, 0, 0, 0.7, 1, 1, 0.1, 4, 0.2, 0, 1.5, 1.5, 1];
    private static readonly double[] s_sequenceWeights = [0.4, 3, 1.7, 0.4];

    public static bool IsLast(Selection selection) => selection >= Selection.LastStep;

    public static LossSteps Create(Selection selection) => selection switch
    {
        Selection.Weights => LossSteps.Weighted(s_stepWeights),
        Selection.Lengths => LossSteps.All(Steps, s_lengths),
        Selection.WeightedLengths => LossSteps.All(Steps, s_lengths, s_stepWeights),
        Selection.LastStep => LossSteps.Last(Steps, Batch),
        Selection.LastStepOfLengths => LossSteps.Last(Steps, s_lengths),
        Selection.WeightedLastStepOfLengths => LossSteps.Last(Steps, s_lengths, s_sequenceWeights),
        _ => default,
    };

    /// <summary>[steps, batch], written out.</summary>
    public static double[] Weights(Selection selection) => selection switch
    {
        Selection.Weights => s_stepWeights,
        Selection.Lengths => [1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0],
        Selection.WeightedLengths => [0.3, 1, 0, 2.5, 0, 0, 0, 0, 0, 0.1, 0, 0, 0, 1.5, 0, 0],
        Selection.LastStep => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
        Selection.LastStepOfLengths => [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
        Selection.WeightedLastStepOfLengths => [0, 0, 0, 0.4, 0.4, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0],
        _ => [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    };
}
