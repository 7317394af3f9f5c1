namespace Lstm.Formats;

/// <summary>Writes a file such that its name stands at every moment for either the old content or the new one, whole.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes a temporary file beside <paramref name="path"/>, which then takes that name. On any error the old file stays.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);                // else a power failure could leave the new name with half the data
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void TryDelete(string path)
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
