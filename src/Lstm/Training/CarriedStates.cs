using System.Numerics;

namespace Lstm;

/// <summary>
/// The states that the next window starts from, in the form that checkpoints have: a tensor [batch, size] for each state, and a number that
/// is 1 where every sequence is at its start. Where some are and some are not, a tensor [batch] has a 1 for each that is.
/// </summary>
internal static class CarriedStates
{
    private const string Fresh = ".fresh";

    public static TrainingState<T> Of<T>(Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RecurrentState<T>[] states = [.. bptt.States.Where(state => state.IsCarried)];
        foreach (RecurrentState<T> state in states)
        {
            state.Settle();
        }

        return new()
        {
            Kind = "CarriedStates",
            Steps = bptt.WindowCount,
            Numbers = states.ToDictionary(state => state.Name + Fresh, state => FreshCount(state) == state.Batch ? 1.0 : 0),
            Tensors =
            [
                .. states.Select(state => new StateTensor<T>(state.Name, [state.Batch, state.Size], state.Value.ToArray())),
                .. states.Where(state => FreshCount(state) is int count && count > 0 && count < state.Batch).Select(FreshTensor),
            ],
        };
    }

    /// <exception cref="ArgumentException">They are of another model or batch; the message says in what they differ.</exception>
    public static void Check<T>(TrainingState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);

        // Whether a sequence is at its start is no option, so that part of the comparison is with itself.
        TrainingState<T> present = Of(bptt);
        RecurrentState<T>[] states = [.. bptt.States.Where(one => one.IsCarried)];
        string[] some = [.. state.Tensors.Select(tensor => tensor.Name)];
        bool sameNames = state.Numbers.Keys.Order().SequenceEqual(present.Numbers.Keys.Order());
        TrainingState<T>.CheckFits(state, present with
        {
            Numbers = sameNames ? state.Numbers : present.Numbers,
            Tensors =
            [
                .. present.Tensors.Take(states.Length),
                .. states.Where(one => some.Contains(one.Name + Fresh)).Select(FreshTensor),
            ],
        });
    }

    /// <summary>Sets what was checked.</summary>
    public static void Restore<T>(TrainingState<T> state, Bptt<T> bptt)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bptt.ResetState();
        bptt.WindowCount = state.Steps;
        foreach (RecurrentState<T> to in bptt.States.Where(state => state.IsCarried))
        {
            ReadOnlySpan<T> values = Tensor(state, to.Name)!.Values.Span;
            StateTensor<T>? fresh = Tensor(state, to.Name + Fresh);
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

    private static StateTensor<T>? Tensor<T>(TrainingState<T> state, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => state.Tensors.FirstOrDefault(tensor => tensor.Name == name);

    private static StateTensor<T> FreshTensor<T>(RecurrentState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(state.Name + Fresh, [state.Batch], Enumerable.Range(0, state.Batch).Select(b => state.IsFresh(b) ? T.One : T.Zero).ToArray());

    private static int FreshCount<T>(RecurrentState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Enumerable.Range(0, state.Batch).Count(state.IsFresh);
}
