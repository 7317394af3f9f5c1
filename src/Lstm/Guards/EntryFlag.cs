using System.Diagnostics.CodeAnalysis;

namespace Lstm;

/// <summary>
/// Tracks whether a call is in progress on an object that only one thread at a time may use. A second call fails before it touches any
/// memory: two threads in one buffer would give wrong numbers at best. The check costs one interlocked exchange per call.
/// </summary>
internal struct EntryFlag
{
    private int _thread;

    /// <summary>Begins a call, which ends when the result is disposed, also after an exception.</summary>
    /// <param name="what">The object that is in use, for the message.</param>
    /// <param name="advice">A sentence of advice for the message.</param>
    /// <exception cref="InvalidOperationException">Another call is in progress, on this thread or another.</exception>
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
