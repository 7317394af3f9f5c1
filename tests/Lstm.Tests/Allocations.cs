namespace Lstm.Tests;

/// <summary>What an action allocates when it is warm.</summary>
internal static class Allocations
{
    /// <summary>
    /// The bytes this thread allocates in a call, by the least of several: a collection that another test sets off counts what is left of the
    /// thread's buffer, while a call that allocates does so every time.
    /// </summary>
    /// <param name="call">Is called twice before, to become warm.</param>
    /// <param name="repetitions">How often it is measured.</param>
    public static long LeastOf(Action call, int repetitions = 10)
    {
        call();
        call();
        long least = long.MaxValue;
        for (int k = 0; k < repetitions; k++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
