namespace Lstm.Files;

/// <summary>Writes a file such that its name stands at every moment for either the old content or the new one, whole.</summary>
internal static class AtomicFile
{
    /// <summary>What the names of temporary files end with; one that is left has a writer that was killed.</summary>
    public const string TemporaryExtension = ".tmp";

    private const int Busy = 16;        // EBUSY: a file that another one is mounted over

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, which then takes that name; both are on disk when this returns. On any error before that
    /// the old file stays. A symbolic link stays one, and its target is written; the new file has the permissions and the owner of the old one, as far as
    /// the system allows it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="flush">Flushes a folder in place of the system, for tests: gives the number of an error, 0 for none. Null for the system.</param>
    /// <exception cref="ArgumentException">There is no path.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">
    /// The file cannot be written, or is something else than a file; or its folder could not be flushed after the new file had taken its name, as the message
    /// tells.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write, Func<string, int>? flush = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReplacedFile file = new(path);
        string temporary = file.TemporaryName();
        try
        {
            WriteAndMove(file, temporary, write);
        }
        catch (Exception error) when (file.Renamed(error, temporary) is Exception renamed)
        {
            throw renamed;
        }

        if (FolderFlush.TryFlush(file.Folder, flush) is string failure)
        {
            throw new IOException($"'{path}' has its new content, but its folder could not be flushed to disk: {failure}. "
                + "After a failure of power the name may stand for the old content again.");
        }
    }

    /// <summary>Fails as <see cref="Write"/> would, as far as that can be known without a content, and leaves no trace.</summary>
    /// <inheritdoc cref="Write"/>
    public static void CheckWritable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReplacedFile file = new(path);
        string temporary = file.TemporaryName();
        try
        {
            file.Create(temporary).Dispose();
            File.Delete(temporary);
        }
        catch (Exception error) when (file.Renamed(error, temporary) is Exception renamed)
        {
            throw renamed;
        }
    }

    /// <summary>Deletes a file if it can be.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The caller has to see the error that came first.
        }
    }

    private static void WriteAndMove(ReplacedFile file, string temporary, Action<Stream> write)
    {
        FileStream stream = file.Create(temporary);
        try
        {
            using (stream)
            {
                write(stream);
                file.KeepPermissions(stream);
                stream.Flush(flushToDisk: true);                // else a power failure could leave the new name with half the data
            }

            File.Move(temporary, file.Path, overwrite: true);
        }
        catch (IOException error) when (error.HResult == Busy && !OperatingSystem.IsWindows())
        {
            TryDelete(temporary);
            throw file.MountError(error);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }
}
