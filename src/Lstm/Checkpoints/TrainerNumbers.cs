using System.Numerics;

namespace Lstm;

/// <summary>Checks the ranges of the numbers that a trainer keeps when a file is read, before there is a trainer to restore.</summary>
internal static class TrainerNumbers
{
    /// <summary>The kind of the state in which the numbers are kept.</summary>
    public const string Kind = "Trainer";

    /// <summary>
    /// Checks the parts that a trainer has made, by their kinds. Missing numbers are no error: a checkpoint may come from another program
    /// or an older version.
    /// </summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static void Check<T>(Checkpoint<T> checkpoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((string name, NamedState<T> part) in checkpoint.Parts)
        {
            switch (part.Kind)
            {
                case Kind:
                    CheckpointNumbers numbers = new(part.Numbers, name);
                    foreach (string number in part.Numbers.Keys)
                    {
                        Read(numbers, number);
                    }

                    break;
                case HistoryNumbers.Kind:
                    HistoryNumbers.Read(new CheckpointNumbers(part.Numbers, name));
                    break;
                case CarriedStates.Kind:
                    CarriedStates.CheckNumbers(part, name);
                    break;
            }
        }
    }

    private static double Read(CheckpointNumbers numbers, string name) => name switch
    {
        "steps" or "batch" or "epoch" or "position.batch" or "skipsInTurn" or "best.worseRounds" or "plateau.badReports"
            or "plateau.cooldown" => numbers.Int(name),
        "end" => numbers.Int(name, least: 1, most: 1 + (int)StopReason.Cancelled),
        "roundStart" or "position.epoch" or "skipped" or "stepsUndone" => numbers.Long(name),
        "isRoundOver" or "hasPosition" or "best.isApplied" => numbers.Int(name, least: 0, most: 1),
        "roundSeconds" or "plateau.rate" => numbers.NonNegative(name),
        "best.loss" or "best.reference" or "plateau.best" => numbers.Comparable(name),
        _ => numbers[name],
    };
}
