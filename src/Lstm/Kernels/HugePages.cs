using System.Runtime.InteropServices;

namespace Lstm.Kernels;

/// <summary>
/// Asks Linux to back large buffers by pages of 2 MiB (madvise(2), MADV_HUGEPAGE), which it does by itself only where it is set to "always":
/// a product reads its packed weights in an order that misses the chip's table of pages of 4 KiB again and again.
/// </summary>
internal static unsafe class HugePages
{
    private const nint PageSize = 2 << 20;
    private const int HugePage = 14;        // MADV_HUGEPAGE

    private static volatile bool s_available = OperatingSystem.IsLinux();

    /// <summary>Advises on the whole pages within memory that has not been written yet. It is advice: nothing depends on whether it is taken.</summary>
    public static void Advise(void* start, nint bytes)
    {
        nint first = ((nint)start + PageSize - 1) / PageSize * PageSize, end = ((nint)start + bytes) / PageSize * PageSize;
        if (end <= first || !s_available)
        {
            return;
        }

        try
        {
            s_available = MemoryAdvise((void*)first, end - first, HugePage) == 0;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            s_available = false;
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MemoryAdvise(void* start, nint length, int advice);
}
