namespace Lstm.Formats;

/// <summary>Writes a file such that its name stands at every moment for either the old content or the new one, whole.</summary>
internal static class AtomicFile
{
    /// <summary>What the names of temporary files end with; one that is left has a writer that was killed.</summary>
    public const string TemporaryExtension = ".tmp";

    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, which then takes that name; both are on disk when this returns. On any error before that
    /// the old file stays.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Path.GetRandomFileName()}{TemporaryExtension}";
        FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);                // else a power failure could leave the new name with half the data
            }

            File.Move(temporary, path, overwrite: true);
            FolderFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch
        {
            TryDelete(temporary);
            throw;
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
}
