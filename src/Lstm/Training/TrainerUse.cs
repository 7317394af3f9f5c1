namespace Lstm;

/// <summary>
/// Guards a trainer against calls that would disturb each other. A second thread is refused and not made to wait, because it would read
/// numbers that the first one is changing. The thread that is inside may enter again from code that the trainer has called (progress,
/// checkpoints, a task), where that does no harm.
/// </summary>
internal sealed class TrainerUse
{
    private int _thread;
    private Calls _inside;

    [Flags]
    internal enum Calls
    {
        None = 0,
        Fit = 1,
        Evaluate = 2,
        Predict = 4,
        Checkpoint = 8,
        Restore = 16,
    }

    /// <summary>Enters the trainer until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">
    /// Another thread is inside, or this one is in a call that this call would disturb.
    /// </exception>
    public Entry Enter(Calls call)
    {
        int thread = Environment.CurrentManagedThreadId, owner = Interlocked.CompareExchange(ref _thread, thread, 0);
        if (owner != 0 && owner != thread)
        {
            throw new InvalidOperationException(
                $"Expected one thread at a time, but another one is using this trainer, in {_inside}; this one called {call}.");
        }

        Calls disturbed = _inside & DisturbedBy(call);
        if (disturbed != Calls.None)
        {
            throw new InvalidOperationException(
                $"Expected no call of {call} from within {disturbed} of the same trainer, which it would disturb.");
        }

        Entry entry = new(this, _inside);
        _inside |= call;
        return entry;
    }

    /// <summary>
    /// Returns the calls that a call would disturb. Evaluations and predictions share activations; the metrics hold the sums of an
    /// evaluation while there is one.
    /// </summary>
    private static Calls DisturbedBy(Calls call) => call switch
    {
        Calls.Evaluate or Calls.Predict => Calls.Evaluate | Calls.Predict,
        Calls.Checkpoint => Calls.Evaluate,
        _ => Calls.Fit | Calls.Evaluate | Calls.Predict,
    };

    internal readonly ref struct Entry(TrainerUse use, Calls before)
    {
        public void Dispose()
        {
            use._inside = before;
            if (before == Calls.None)
            {
                Volatile.Write(ref use._thread, 0);
            }
        }
    }
}
