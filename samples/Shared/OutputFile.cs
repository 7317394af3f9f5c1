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
        if (given.Select(Path.GetFullPath).Distinct().Count() < given.Length)
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

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (!Directory.Exists(folder))
        {
            return $"there is no folder '{folder}'";
        }

        string probe = Path.Combine(folder, Path.GetRandomFileName());
        if (!CanOpen(probe, FileMode.CreateNew, FileOptions.DeleteOnClose))
        {
            return $"no files can be created in the folder '{folder}'";
        }

        return File.Exists(path) && !CanOpen(path, FileMode.Open) ? "it exists and is protected or in use" : null;
    }

    private static bool CanOpen(string path, FileMode mode, FileOptions options = FileOptions.None)
    {
        try
        {
            new FileStream(path, mode, FileAccess.Write, FileShare.None, bufferSize: 1, options).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
