using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>
/// Asks Linux to back large buffers with pages of 2 MiB (madvise(2), MADV_HUGEPAGE), which it does unasked only if it is set to "always":
/// activations and above all packed weights are read in orders that keep missing the chip's table of 4 KiB pages.
/// </summary>
internal static unsafe class HugePages
{
    private const nuint PageSize = 2 << 20;
    private const int HugePage = 14;        // MADV_HUGEPAGE

    private static volatile bool s_available = OperatingSystem.IsLinux();

    /// <summary>
    /// Advises on the whole pages within this memory. Nothing depends on whether the system follows the advice. Memory that has not been
    /// touched yet gets such pages at once; other memory gets them later, if at all. The advice stays with the addresses when the garbage
    /// collector uses them for something else.
    /// </summary>
    public static void Advise(void* start, nint bytes)
    {
        nuint first = ((nuint)start + PageSize - 1) / PageSize * PageSize, end = ((nuint)start + (nuint)bytes) / PageSize * PageSize;
        if (end <= first || !s_available)
        {
            return;
        }

        try
        {
            _ = MemoryAdvise((void*)first, end - first, HugePage);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            s_available = false;
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MemoryAdvise(void* start, nuint length, int advice);
}
