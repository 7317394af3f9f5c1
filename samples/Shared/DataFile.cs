namespace Lstm.Samples;

/// <summary>Reads the data of a sample; all errors name the file.</summary>
public static class DataFile
{
    /// <summary>Opens a text for as long as it is read.</summary>
    /// <exception cref="UserException">There is no such file, or it cannot be read.</exception>
    public static T Read<T>(string path, Func<TextReader, T> read)
    {
        if (Directory.Exists(path))
        {
            throw new UserException($"the data file '{path}' is a folder.");
        }

        try
        {
            using StreamReader reader = new(path);
            return read(reader);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"there is no data file '{path}'.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the data file '{path}': {exception.Message}");
        }
    }

    /// <summary>An error at a place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The number of the column, from 1, or more than that; null where it is about the line.</param>
    /// <param name="reason">What was expected and what came, a sentence.</param>
    public static UserException Error(string path, long line, string? column, string reason) =>
        new($"'{path}', line {line}{(column is null ? "" : $", column {column}")}: {reason}");
}
