using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Files;

/// <summary>
/// Has a folder's entries be on disk: on Unix a renamed file can have its old name again after a power failure until its folder is flushed, too
/// (fsync(2), "Notes"). .NET flushes files only. Elsewhere nothing is done: Windows' file systems keep a journal of names.
/// </summary>
internal static class FolderFlush
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;          // EINTR

    // Of file systems that do not flush folders: EINVAL, ENOSYS, EOPNOTSUPP and ENOTSUP, whose numbers are others on Linux than on the BSDs.
    private static readonly int[] s_unsupportedOnLinux = [22, 38, 95], s_unsupportedElsewhere = [22, 78, 45, 102];

    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Flush(string folder)
    {
        if (TryFlush(folder) is string failure)
        {
            throw new IOException($"Cannot flush the folder '{folder}' to disk: {failure}.");
        }
    }

    /// <param name="folder">The folder.</param>
    /// <param name="flush">Gives the number of an error, 0 for none; null for the system's call.</param>
    /// <returns>Why the disk did not take it; null if it did, or if its file system has nothing of the kind.</returns>
    public static string? TryFlush(string folder, Func<string, int>? flush = null)
    {
        int error = flush is null ? FlushBySystem(folder) : flush(folder);
        int[] unsupported = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? s_unsupportedOnLinux : s_unsupportedElsewhere;
        return error == 0 || unsupported.Contains(error) ? null : Marshal.GetPInvokeErrorMessage(error);
    }

    private static int FlushBySystem(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD() && !OperatingSystem.IsAndroid() && !OperatingSystem.IsIOS())
        {
            return 0;
        }

        try
        {
            return FlushUnix(folder);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;   // a system without a libc of that name: the file itself is on disk
        }
    }

    private static int FlushUnix(string folder)
    {
        int descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
        if (descriptor < 0)
        {
            return 0;   // a folder may be written and not read
        }

        int error;
        do
        {
            error = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);
        _ = Close(descriptor);
        return error;
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
