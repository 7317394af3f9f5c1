using System.Text;

namespace Lstm.Files;

/// <summary>The file that a save writes or replaces, with the properties of the old file that the new one keeps.</summary>
internal sealed class ReplacedFile
{
    private const int LongestStem = 100;                // bytes: some file systems limit names to 143
    private const string WindowsDevice = @"\\.\";

    private readonly string _asked;
    private readonly UnixFile? _before;
    private readonly UnixFileMode? _mode;

    /// <exception cref="IOException">The path is a folder, a pipe, a socket or a device, or its links form a circle.</exception>
    public ReplacedFile(string path)
    {
        _asked = path;
        _before = UnixFile.Of(System.IO.Path.GetFullPath(path));
        if (WhatElse() is string kind)
        {
            throw new IOException($"Cannot write '{path}': it is {kind}, not a regular file.");
        }

        Path = SymbolicLinks.Follow(path);
        Folder = System.IO.Path.GetDirectoryName(Path)!;
        _mode = OperatingSystem.IsWindows() || !File.Exists(Path) ? null : File.GetUnixFileMode(Path);
    }

    /// <summary>The full path of the file itself, after any links have been followed.</summary>
    public string Path { get; }

    /// <summary>The folder of <see cref="Path"/>.</summary>
    public string Folder { get; }

    /// <summary>Returns a free name in the same folder, which begins with the name of the file if that is short.</summary>
    public string TemporaryName()
    {
        string name = System.IO.Path.GetFileName(Path);
        string stem = Encoding.UTF8.GetByteCount(name) <= LongestStem ? name + "." : "";
        return System.IO.Path.Combine(Folder, stem + System.IO.Path.GetRandomFileName() + AtomicFile.TemporaryExtension);
    }

    /// <summary>
    /// Creates the temporary file. If it replaces another file, only its owner has access to it at first, so that nobody reads in it
    /// what the old file hides.
    /// </summary>
    public FileStream Create(string temporary)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (_mode != null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(temporary, options);
    }

    /// <summary>Gives the new file the owner and the permissions of the old one, as far as the system allows it.</summary>
    public void KeepPermissions(FileStream file)
    {
        if (_mode is not UnixFileMode mode || OperatingSystem.IsWindows())
        {
            return;
        }

        if (_before is UnixFile before && !before.TryGiveTo(file.SafeFileHandle))
        {
            // The new file has another group, whose members may do no more than all other users.
            mode &= ~(UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute) | (UnixFileMode)(((int)mode & 7) << 3);
        }

        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, mode);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file system has no permissions of single files.
        }
    }

    /// <summary>Returns the same error with the name of the file in place of the temporary one; null if it does not name that.</summary>
    public Exception? Renamed(Exception error, string temporary)
    {
        string text = error.Message.Contains(temporary, StringComparison.Ordinal)
            ? $"Cannot write '{_asked}'. {error.Message.Replace(temporary, Path, StringComparison.Ordinal)}"
            : "";
        return error switch
        {
            DirectoryNotFoundException when !Directory.Exists(Folder) =>
                new DirectoryNotFoundException($"Cannot write '{_asked}': there is no folder '{Folder}'.", error),
            _ when text == "" => null,
            UnauthorizedAccessException => new UnauthorizedAccessException(text, error),
            PathTooLongException => new PathTooLongException(text, error),
            IOException => new IOException(text, error) { HResult = error.HResult },
            _ => null,
        };
    }

    /// <summary>Returns the error for a file that another one is mounted over, as containers do with single files.</summary>
    public IOException MountError(Exception error) => new(
        $"Cannot write '{_asked}': '{Path}' is a mount point, or in use by the system, so no other file can take its name. Writing "
        + "into it would leave half a file if it were interrupted: choose a file in a folder that is mounted as a whole.",
        error);

    private string? WhatElse() =>
        _before?.OtherKind
        ?? (System.IO.Path.GetFullPath(_asked).StartsWith(WindowsDevice, StringComparison.Ordinal) && OperatingSystem.IsWindows()
            ? "a device"
            : null)
        ?? (Directory.Exists(_asked) || System.IO.Path.EndsInDirectorySeparator(_asked) ? "a folder" : null);
}
