namespace CharLm;

/// <summary>Finds out before hours of training whether their result can be written.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Tries to write beside the file, where a save puts its temporary file, and leaves no trace. An existing file stays as it is.
    /// </summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void CheckWritable(string path)
    {
        if (WhyNot(path) is string reason)
        {
            throw new UserException($"cannot write the model to '{path}': {reason}.");
        }
    }

    /// <summary>A slip such as the same name for text and model must not cost the user the text.</summary>
    /// <exception cref="UserException">Two of the files are one.</exception>
    public static void CheckDifferent(TrainingOptions options)
    {
        string[] paths = [options.DataFile, options.OutputFile, .. options.JsonFile is null ? Array.Empty<string>() : [options.JsonFile]];
        if (paths.Select(Path.GetFullPath).Distinct().Count() < paths.Length)
        {
            throw new UserException("--data, --output and --json have to be different files.");
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
