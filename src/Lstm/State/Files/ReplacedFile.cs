using System.Text;

namespace Lstm.Files;

/// <summary>The file that a save writes or replaces: what is kept of the one before it, and what cannot be replaced.</summary>
internal sealed class ReplacedFile
{
    private const int LongestStem = 100;                // bytes: some file systems have names of 143
    private const string WindowsDevice = @"\\.\";

    private readonly string _asked;
    private readonly UnixFile? _before;
    private readonly UnixFileMode? _mode;

    /// <exception cref="IOException">It is a folder, a pipe, a socket or a device; or its links go in a circle.</exception>
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

    /// <summary>The file itself, where <c>path</c> is a link.</summary>
    public string Path { get; }

    /// <summary>The folder of <see cref="Path"/>.</summary>
    public string Folder { get; }

    /// <summary>A name in the same folder that is not taken, with that of the file where it is short.</summary>
    public string TemporaryName()
    {
        string name = System.IO.Path.GetFileName(Path);
        string stem = Encoding.UTF8.GetByteCount(name) <= LongestStem ? name + "." : "";
        return System.IO.Path.Combine(Folder, stem + System.IO.Path.GetRandomFileName() + AtomicFile.TemporaryExtension);
    }

    /// <summary>Creates the temporary file: nobody may read in it what only some may read in the file before.</summary>
    public FileStream Create(string temporary)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (_mode != null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(temporary, options);
    }

    /// <summary>Gives the new file the owner and the permissions of the one before, as far as the system allows it.</summary>
    public void KeepPermissions(FileStream file)
    {
        if (_mode is not UnixFileMode mode || OperatingSystem.IsWindows())
        {
            return;
        }

        if (_before is UnixFile before && !before.TryGiveTo(file.SafeFileHandle))
        {
            // It has another group now, whose members are to everybody else what all others are.
            mode &= ~(UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute) | (UnixFileMode)(((int)mode & 7) << 3);
        }

        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, mode);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file system without permissions: those of all its files are the same.
        }
    }

    /// <summary>The same error with the name of the file in place of that of the temporary one; null where it does not name that.</summary>
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

    /// <summary>The error of a file that another one is mounted over, as containers do with single files.</summary>
    public IOException MountError(Exception error) => new(
        $"Cannot write '{_asked}': '{Path}' is a mount point, or in use by the system, so no other file can take its name. To write into it "
        + "would leave half a file if it broke off: choose a file in a folder that is mounted as a whole.",
        error);

    private string? WhatElse() =>
        _before?.OtherKind
        ?? (System.IO.Path.GetFullPath(_asked).StartsWith(WindowsDevice, StringComparison.Ordinal) && OperatingSystem.IsWindows() ? "a device" : null)
        ?? (Directory.Exists(_asked) || System.IO.Path.EndsInDirectorySeparator(_asked) ? "a folder" : null);
}
