using System.Numerics;

namespace Lstm;

/// <summary>Checks the ranges of the numbers that a trainer keeps when a file is read, before there is a trainer to restore.</summary>
internal static class TrainerNumbers
{
    /// <summary>The kind of the state in which the numbers are kept.</summary>
    public const string Kind = "Trainer";

    private static readonly string[] s_counts =
    [
        "steps", "batch", "epoch", "position.batch", "skipsInTurn", "best.worseRounds", "plateau.badReports", "plateau.cooldown",
    ];

    private static readonly string[] s_longCounts = ["roundStart", "position.epoch", "skipped", "stepsUndone"];
    private static readonly string[] s_flags = ["isRoundOver", "hasPosition", "best.isApplied"];
    private static readonly string[] s_nonNegative = ["roundSeconds", "plateau.rate"];
    private static readonly string[] s_comparable = ["best.loss", "best.reference", "plateau.best"];

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
                    Check(new CheckpointNumbers(part.Numbers, name));
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

    private static void Check(CheckpointNumbers numbers)
    {
        Each(numbers, s_counts, name => numbers.Int(name));
        Each(numbers, ["end"], name => numbers.Int(name, least: 1, most: 1 + (int)StopReason.Cancelled));
        Each(numbers, s_longCounts, name => numbers.Long(name));
        Each(numbers, s_flags, name => numbers.Flag(name));
        Each(numbers, s_nonNegative, name => numbers.NonNegative(name));
        Each(numbers, s_comparable, name => numbers.Comparable(name));
    }

    private static void Each<TNumber>(CheckpointNumbers numbers, string[] names, Func<string, TNumber> read)
    {
        foreach (string name in names.Where(numbers.Has))
        {
            read(name);
        }
    }
}
