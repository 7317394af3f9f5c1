namespace Lstm.Files;

/// <summary>Writes a file such that its name stands for the whole old content or the whole new content at every moment.</summary>
internal static class AtomicFile
{
    /// <summary>The extension of temporary files; one that is left behind comes from a writer that was killed.</summary>
    public const string TemporaryExtension = ".tmp";

    private const int Busy = 16;        // EBUSY: another file is mounted over this one

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, which then takes that name; content and name are on disk when this method
    /// returns. On any earlier error the old file stays. A symbolic link stays a link, and its target is written. The new file gets the
    /// permissions and the owner of the old one, as far as the system allows it. In tests, <paramref name="flush"/> flushes the folder.
    /// </summary>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">
    /// The file cannot be written or is not a regular file; or its folder could not be flushed after the new file had taken its name, in
    /// which case the message says so.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write, Func<string, int>? flush = null)
    {
        ReplacedFile file = Create(path, (file, temporary) => WriteAndMove(file, temporary, write));
        if (FolderFlush.TryFlush(file.Folder, flush) is string failure)
        {
            throw new IOException($"'{path}' has its new content, but its folder could not be flushed to disk: {failure}. "
                + "After a power failure the name may stand for the old content again.");
        }
    }

    /// <summary>Fails as <see cref="Write"/> would, as far as that can be known without writing content, and leaves no trace.</summary>
    /// <inheritdoc cref="Write"/>
    public static void CheckWritable(string path) => Create(path, static (file, temporary) =>
    {
        file.Create(temporary).Dispose();
        File.Delete(temporary);
    });

    /// <summary>Deletes a file if that is possible.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The caller has to see the error that occurred first.
        }
    }

    /// <summary>Lets an action create the temporary file; its errors name the file itself.</summary>
    private static ReplacedFile Create(string path, Action<ReplacedFile, string> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReplacedFile file = new(path);
        string temporary = file.TemporaryName();
        try
        {
            create(file, temporary);
            return file;
        }
        catch (Exception error) when (file.Renamed(error, temporary) is Exception renamed)
        {
            throw renamed;
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
        catch (Exception error)
        {
            TryDelete(temporary);
            if (error is IOException { HResult: Busy } && !OperatingSystem.IsWindows())
            {
                throw file.MountError(error);
            }

            throw;
        }
    }
}
