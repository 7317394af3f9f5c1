using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Formats;

/// <summary>
/// Has a folder's entries be on disk: on Unix a renamed file can have its old name again after a power failure until its folder is flushed, too
/// (fsync(2), "Notes"). .NET flushes files only. Elsewhere nothing is done: Windows' file systems keep a journal of names.
/// </summary>
internal static class FolderFlush
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;          // EINTR
    private const int InvalidArgument = 22;     // EINVAL: a file system that does not flush folders

    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD() && !OperatingSystem.IsAndroid() && !OperatingSystem.IsIOS())
        {
            return;
        }

        try
        {
            FlushUnix(folder);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without a libc of that name: the file itself is on disk.
        }
    }

    private static void FlushUnix(string folder)
    {
        int descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
        {
            return;     // a folder may be written and not read
        }

        int error;
        do
        {
            error = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);
        _ = Close(descriptor);
        if (error is not 0 and not InvalidArgument)
        {
            throw new IOException($"Cannot flush the folder '{folder}' to disk: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
