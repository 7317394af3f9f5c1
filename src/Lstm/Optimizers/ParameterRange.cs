using System.Numerics;

namespace Lstm;

/// <summary>A range of a model's flat arrays that an optimiser treats alike.</summary>
internal readonly record struct ParameterRange(int Start, int Length, double LearningRateFactor, double WeightDecay)
{
    /// <summary>
    /// Returns the ranges of a model, one for each parameter in order. A parameter that no group chooses has the learning rate of the
    /// optimiser and, if it is a matrix, the weight decay of the optimiser: pulling biases, gains, shifts and peepholes to 0 regularises
    /// nothing.
    /// </summary>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two groups choose the same one.</exception>
    public static ParameterRange[] Of<T>(ParameterCollection<T> parameters, IReadOnlyList<ParameterGroup<T>> groups, double weightDecay)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ParameterGroup<T> group in groups)
        {
            ArgumentNullException.ThrowIfNull(group, nameof(groups));
        }

        ParameterGroup<T>?[] chosen = [.. parameters.Select(parameter => GroupOf(parameter, groups))];
        if (groups.Except(chosen).FirstOrDefault() is ParameterGroup<T> unused)
        {
            throw new ArgumentException(
                $"Expected every group to choose a parameter, but '{unused.Name}' chooses none of "
                + $"{string.Join(", ", parameters.Select(parameter => parameter.Describe()))}.",
                nameof(groups));
        }

        List<ParameterRange> ranges = [];
        int start = 0;
        foreach ((Parameter<T> parameter, ParameterGroup<T>? group) in parameters.Zip(chosen))
        {
            double decay = group?.WeightDecay ?? (parameter.IsMatrix ? weightDecay : 0);
            ranges.Add(new(start, parameter.Length, group?.LearningRateFactor ?? 1, decay));
            start += parameter.Length;
        }

        return [.. ranges];
    }

    /// <summary>Joins neighbouring ranges that are treated alike.</summary>
    public static ParameterRange[] Join(IEnumerable<ParameterRange> ranges)
    {
        List<ParameterRange> joined = [];
        foreach (ParameterRange next in ranges)
        {
            if (joined.Count > 0 && joined[^1] is var last && last.Start + last.Length == next.Start
                && last with { Start = next.Start, Length = next.Length } == next)
            {
                joined[^1] = last with { Length = last.Length + next.Length };
            }
            else
            {
                joined.Add(next);
            }
        }

        return [.. joined];
    }

    /// <summary>
    /// Returns the overlap of this range with [start, end). Where there is none, the end of the result is not after its start.
    /// </summary>
    public (int Start, int End) Within(int start, int end) => (Math.Max(Start, start), Math.Min(Start + Length, end));

    /// <summary>Checks what a learning rate of the optimiser, which came with an argument, makes of a parameter in this range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The learning rate of the range, or its decoupled decay, vanishes or becomes infinite.
    /// </exception>
    public void CheckProducts<T>(double learningRate, bool isDecayDecoupled, string parameter, string argument)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double rate = learningRate * LearningRateFactor, decay = isDecayDecoupled ? rate * WeightDecay : 0;
        bool vanishes = (rate == 0 && learningRate > 0 && LearningRateFactor > 0)
            || (decay == 0 && isDecayDecoupled && rate > 0 && WeightDecay > 0);
        if (vanishes || !Arguments.IsRepresentable<T>(rate) || !Arguments.IsRepresentable<T>(decay))
        {
            throw ArgumentOutOfRange.Error(
                argument,
                learningRate,
                $"Expected a rate whose products with the factor {LearningRateFactor} and the weight decay {WeightDecay} of {parameter} "
                + $"become neither 0 nor infinite as {typeof(T).Name}.");
        }
    }

    private static ParameterGroup<T>? GroupOf<T>(Parameter<T> parameter, IReadOnlyList<ParameterGroup<T>> groups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ParameterGroup<T>[] chosen = [.. groups.Where(group => group.Predicate(parameter))];
        return chosen.Length < 2 ? chosen.FirstOrDefault() : throw new ArgumentException(
            $"Expected every parameter in one group at most, but '{chosen[0].Name}' and '{chosen[1].Name}' both choose "
            + $"{parameter.Describe()}.",
            nameof(groups));
    }
}
