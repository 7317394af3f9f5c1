namespace Lstm.Numerics;

/// <summary>Waiting for another thread: for about two microseconds at full attention, then giving way to whoever else wants this core.</summary>
internal static class Patience
{
    private const int Spins = 80;

    /// <summary>Without spinning where there is but one core, as nobody else can run meanwhile.</summary>
    private static readonly int s_spins = Environment.ProcessorCount > 1 ? Spins : 0;

    /// <summary>One look's delay. It cannot be interrupted, so buffers are never given back while another thread still writes to them.</summary>
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
