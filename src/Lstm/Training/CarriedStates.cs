using System.Numerics;

namespace Lstm;

/// <summary>The states that the next window starts from, in the form that checkpoints have.</summary>
internal static class CarriedStates
{
    /// <summary>The kind of these states.</summary>
    public const string Kind = "CarriedStates";

    private const string Fresh = ".fresh";

    public static TrainingState<T> Of<T>(Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentState<T>[] states = [.. bptt.States.Where(state => state.IsCarried)];
        return new()
        {
            Kind = Kind,
            Steps = bptt.WindowCount,
            Numbers = states.ToDictionary(state => state.Name + Fresh, state => state.IsFresh ? 1.0 : 0),
            Tensors = [.. states.Select(state => new StateTensor<T>(state.Name, [state.Batch, state.Size], state.Value.ToArray()))],
        };
    }

    /// <exception cref="ArgumentException">They are of another model or batch; the message says in what they differ.</exception>
    public static void Check<T>(TrainingState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);

        // Whether a state is fresh is no option, so that part of the comparison is with itself.
        TrainingState<T> present = Of(bptt);
        bool sameNames = state.Numbers.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(present.Numbers.Keys);
        CheckNumbers(state, "states");
        TrainingState<T>.CheckFits(state, sameNames ? present with { Numbers = state.Numbers } : present);
    }

    /// <summary>Checks what can be checked without the model.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static void CheckNumbers<T>(TrainingState<T> state, string part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (state.Steps is < 0 or > CheckpointNumbers.MostSteps)
        {
            throw new ArgumentException(
                $"Expected the steps of the checkpoint's part '{part}' to be from 0 to {CheckpointNumbers.MostSteps}, but got {state.Steps}.", nameof(state));
        }

        CheckpointNumbers numbers = new(state.Numbers, part);
        foreach (string name in state.Numbers.Keys.Where(name => name.EndsWith(Fresh, StringComparison.Ordinal)))
        {
            numbers.Flag(name);
        }
    }

    /// <summary>Sets what was checked.</summary>
    public static void Restore<T>(TrainingState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bptt.ResetState();
        bptt.WindowCount = state.Steps;
        foreach (StateTensor<T> tensor in state.Tensors)
        {
            RecurrentState<T> to = bptt.State(tensor.Name);
            tensor.Values.Span.CopyTo(to.Value);
            to.IsFresh = state.Numbers[tensor.Name + Fresh] != 0;
        }
    }
}
