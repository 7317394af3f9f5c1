namespace Lstm.Samples;

/// <summary>Writes the results of a training, and finds out before hours of it whether they can be written.</summary>
public static class OutputFile
{
    /// <summary>
    /// Tries to write beside the file, where a save puts its temporary file, and leaves no trace. An existing file stays as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What will be written, for the message.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void CheckWritable(string path, string content = "model")
    {
        if (WhyNot(path) is string reason)
        {
            throw new UserException($"cannot write the {content} to '{path}': {reason}.");
        }
    }

    /// <summary>A slip such as the same name for text and model must not cost the user the text.</summary>
    /// <exception cref="UserException">Two of the files are one.</exception>
    /// <param name="options">The names of the options, for the message.</param>
    /// <param name="paths">The files; those that are null do not count.</param>
    public static void CheckDifferent(string options, params string?[] paths)
    {
        string[] given = [.. paths.OfType<string>()];
        if (given.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Count() < given.Length)
        {
            throw new UserException($"{options} have to be different files.");
        }
    }

    /// <summary>Writes a model, in place of one that exists.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(Sequential<float> model, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            model.Save(path, metadata);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write the model to '{path}': {exception.Message}");
        }
    }

    private static string? WhyNot(string path)
    {
        if (Directory.Exists(path))
        {
            return "it is a folder";
        }

        try
        {
            ModelFile.CheckWritable(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message.TrimEnd('.');
        }

        return File.Exists(path) && IsProtected(path) ? "it exists and is protected or in use" : null;
    }

    // On Unix a file that may not be written can be replaced all the same, so its permissions are a wish.
    private static bool IsProtected(string path) => OperatingSystem.IsWindows()
        ? !CanOpen(path)
        : (File.GetUnixFileMode(path) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0;

    private static bool CanOpen(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 1).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
