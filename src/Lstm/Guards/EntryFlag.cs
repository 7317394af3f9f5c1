using System.Diagnostics.CodeAnalysis;

namespace Lstm;

/// <summary>
/// Whether a call is in progress of an object that is for one thread at a time: a second call is told, before it touches any memory. Two
/// threads in one buffer would give wrong numbers at best. Costs an exchange in memory per call.
/// </summary>
internal struct EntryFlag
{
    private int _thread;

    /// <summary>Begins a call, which ends when the result is disposed; also when it ends by an exception.</summary>
    /// <param name="what">What is called, for the message.</param>
    /// <param name="advice">What to do about it, a sentence for the message.</param>
    /// <exception cref="InvalidOperationException">A call is in progress, of another thread or of this one.</exception>
    [UnscopedRef]
    public Scope Enter(string what, string advice)
    {
        int thread = Environment.CurrentManagedThreadId;
        int user = Interlocked.CompareExchange(ref _thread, thread, 0);
        return user == 0 ? new Scope(ref _thread) : throw InUse(what, advice, user == thread);
    }

    private static InvalidOperationException InUse(string what, string advice, bool byThisThread) => new(byThisThread
        ? $"{what} is in use: this call came from within another one of the same thread."
        : $"{what} is in use by another thread. {advice}");

    /// <summary>A call in progress.</summary>
    public readonly ref struct Scope(ref int thread)
    {
        private readonly ref int _thread = ref thread;

        /// <summary>Ends the call.</summary>
        public void Dispose() => Volatile.Write(ref _thread, 0);
    }
}
