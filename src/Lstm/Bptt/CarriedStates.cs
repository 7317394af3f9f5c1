using System.Numerics;

namespace Lstm;

/// <summary>
/// The states that the next window starts from, in the form of checkpoints: a tensor [batch, size] for each state, and a number that is 1
/// where every sequence is at its start. Where only some are, a tensor [batch] has a 1 for each of these.
/// </summary>
internal static class CarriedStates
{
    public const string Kind = "CarriedStates";

    private const string Fresh = ".fresh";

    public static NamedState<T> Of<T>(Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentState<T>[] states = [.. bptt.States.Where(state => state.IsCarried)];
        foreach (RecurrentState<T> state in states)
        {
            state.Settle();
        }

        return new()
        {
            Kind = Kind,
            Steps = bptt.WindowCount,
            Numbers = states.ToDictionary(state => state.Name + Fresh, state => FreshCount(state) == state.Batch ? 1.0 : 0),
            Tensors =
            [
                .. states.Select(state => new StateTensor<T>(state.Name, [state.Batch, state.Size], state.Value.ToArray())),
                .. states.Where(state => FreshCount(state) is int count && count > 0 && count < state.Batch).Select(FreshTensor),
            ],
        };
    }

    /// <exception cref="ArgumentException">The states belong to another model or batch; the message says how they differ.</exception>
    public static void Check<T>(NamedState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Steps < 0 || state.Steps > bptt.MostWindows)
        {
            throw new ArgumentException(
                $"Expected a state after 0 to {bptt.MostWindows} windows, but got one after {state.Steps}.", nameof(state));
        }

        // Whether a sequence is at its start is not an option of the model, so that part of the state is compared with itself.
        NamedState<T> present = Of(bptt);
        RecurrentState<T>[] states = [.. bptt.States.Where(one => one.IsCarried)];
        HashSet<string> tensors = [.. state.Tensors.Select(tensor => tensor.Name)];
        bool sameNames = state.Numbers.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(present.Numbers.Keys);
        CheckNumbers(state, "states");
        NamedState<T>.CheckFits(state, present with
        {
            Numbers = sameNames ? state.Numbers : present.Numbers,
            Tensors =
            [
                .. present.Tensors.Take(states.Length),
                .. states.Where(one => tensors.Contains(one.Name + Fresh)).Select(FreshTensor),
            ],
        });
        foreach (StateTensor<T> fresh in state.Tensors.Skip(states.Length))
        {
            int at = fresh.Values.Span.IndexOfAnyExcept(T.Zero, T.One);
            if (at >= 0)
            {
                throw new ArgumentException(
                    $"Expected 0 or 1 for each sequence in {fresh.Name}, but that of sequence {at} is {fresh.Values.Span[at]}.",
                    nameof(state));
            }
        }
    }

    /// <summary>Checks the numbers that can be checked without the model.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static void CheckNumbers<T>(NamedState<T> state, string part)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (state.Steps is < 0 or > CheckpointNumbers.MostSteps)
        {
            throw new ArgumentException(
                $"Expected the steps of the checkpoint's part '{part}' to be from 0 to {CheckpointNumbers.MostSteps}, "
                    + $"but got {state.Steps}.",
                nameof(state));
        }

        CheckpointNumbers numbers = new(state.Numbers, part);
        foreach (string name in state.Numbers.Keys.Where(name => name.EndsWith(Fresh, StringComparison.Ordinal)))
        {
            numbers.Flag(name);
        }
    }

    /// <summary>Sets the states of <paramref name="bptt"/>. <see cref="Check{T}"/> comes before it.</summary>
    public static void Restore<T>(NamedState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bptt.Unrolling.Reset();
        bptt.WindowCount = state.Steps;
        Dictionary<string, StateTensor<T>> tensors = state.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (RecurrentState<T> to in bptt.States.Where(state => state.IsCarried))
        {
            ReadOnlySpan<T> values = tensors[to.Name].Values.Span;
            StateTensor<T>? fresh = tensors.GetValueOrDefault(to.Name + Fresh);
            for (int sequence = 0; sequence < to.Batch; sequence++)
            {
                bool isFresh = fresh is null ? state.Numbers[to.Name + Fresh] != 0 : fresh.Values.Span[sequence] != T.Zero;
                ReadOnlySpan<T> row = values.Slice(sequence * to.Size, to.Size);
                if (!isFresh)
                {
                    to.Resume(sequence, row);
                }
                else if (to.Initial is null)
                {
                    // Files of 0.1.0 call a row that was written before the first window fresh, too.
                    row.CopyTo(to.Value[(sequence * to.Size)..]);
                }
            }
        }
    }

    private static StateTensor<T> FreshTensor<T>(RecurrentState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(state.Name + Fresh, [state.Batch], Enumerable.Range(0, state.Batch).Select(b => state.IsFresh(b) ? T.One : T.Zero).ToArray());

    private static int FreshCount<T>(RecurrentState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Enumerable.Range(0, state.Batch).Count(state.IsFresh);
}
