using System.Numerics;

namespace Lstm;

/// <summary>The states that the next window starts from, in the form that checkpoints have.</summary>
internal static class CarriedStates
{
    private const string Fresh = ".fresh";

    public static TrainingState<T> Of<T>(Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentState<T>[] states = [.. bptt.States.Where(state => state.IsCarried)];
        return new()
        {
            Kind = "CarriedStates",
            Steps = bptt.WindowCount,
            Numbers = states.ToDictionary(state => state.Name + Fresh, state => state.IsFresh ? 1.0 : 0),
            Tensors = [.. states.Select(state => new StateTensor<T>(state.Name, [state.Batch, state.Size], state.Value.ToArray()))],
        };
    }

    /// <exception cref="ArgumentException">They are of another model or batch; the message says in what they differ.</exception>
    public static void Check<T>(TrainingState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (state.Steps < 0 || state.Steps > bptt.MostWindows)
        {
            throw new ArgumentException(
                $"Expected a state after 0 to {bptt.MostWindows} windows, but got one after {state.Steps}.", nameof(state));
        }

        // Whether a state is fresh is no option, so that part of the comparison is with itself.
        TrainingState<T> present = Of(bptt);
        bool sameNames = state.Numbers.Keys.Order().SequenceEqual(present.Numbers.Keys.Order());
        TrainingState<T>.CheckFits(state, sameNames ? present with { Numbers = state.Numbers } : present);
    }

    /// <summary>Sets what was checked.</summary>
    public static void Restore<T>(TrainingState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bptt.Segments.Reset();
        bptt.WindowCount = state.Steps;
        foreach (StateTensor<T> tensor in state.Tensors)
        {
            RecurrentState<T> to = bptt.State(tensor.Name);
            tensor.Values.Span.CopyTo(to.Value);
            to.IsFresh = state.Numbers[tensor.Name + Fresh] != 0;
        }
    }
}
