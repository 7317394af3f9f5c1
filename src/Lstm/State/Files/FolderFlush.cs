using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Files;

/// <summary>
/// Flushes the entries of a folder to disk: on Unix a renamed file can have its old name again after a power failure unless its folder is
/// flushed, too (fsync(2), "Notes"). .NET flushes only files. Nothing is done on other systems: the file systems of Windows keep a journal
/// of names.
/// </summary>
internal static class FolderFlush
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;          // EINTR

    // The errors of file systems that do not flush folders, EINVAL, ENOSYS, EOPNOTSUPP and ENOTSUP, have different numbers on Linux and the
    // BSDs.
    private static readonly int[] s_unsupportedOnLinux = [22, 38, 95], s_unsupportedElsewhere = [22, 78, 45, 102];

    /// <exception cref="IOException">The folder could not be flushed.</exception>
    public static void Flush(string folder)
    {
        if (TryFlush(folder) is string failure)
        {
            throw new IOException($"Cannot flush the folder '{folder}' to disk: {failure}.");
        }
    }

    /// <summary>Flushes a folder by <paramref name="flush"/>, which returns an error number or 0; default: by the system.</summary>
    /// <returns>The reason why the folder could not be flushed; null if it was, or if its file system does not flush folders.</returns>
    public static string? TryFlush(string folder, Func<string, int>? flush = null)
    {
        int error = flush is null ? FlushBySystem(folder) : flush(folder);
        int[] unsupported = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? s_unsupportedOnLinux : s_unsupportedElsewhere;
        return error == 0 || unsupported.Contains(error) ? null : Marshal.GetPInvokeErrorMessage(error);
    }

    private static int FlushBySystem(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD()
            && !OperatingSystem.IsAndroid() && !OperatingSystem.IsIOS())
        {
            return 0;
        }

        try
        {
            int descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), ReadOnly);
            if (descriptor < 0)
            {
                return 0;   // a folder may be writable but not readable
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
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;   // a system without a libc of that name: the file itself is on disk
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
