namespace Lstm.Numerics;

/// <summary>Waits for another thread: spins for about two microseconds, then yields to any other thread that wants this core.</summary>
internal static class Patience
{
    private const int Spins = 80;

    /// <summary>The number of spins: none on a single core, on which no other thread could run meanwhile.</summary>
    private static readonly int s_spins = Environment.ProcessorCount > 1 ? Spins : 0;

    /// <summary>
    /// Waits between two looks. The wait cannot be interrupted, so no buffer is released while another thread still writes to it.
    /// </summary>
    /// <param name="look">How often the caller has looked before.</param>
    public static void Wait(int look)
    {
        if (look < s_spins)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }
}
