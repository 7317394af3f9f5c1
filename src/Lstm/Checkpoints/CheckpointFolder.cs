using System.Globalization;
using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// The last checkpoints of one run in a folder, in files such as <c>checkpoint-000042.safetensors</c>. A run that was killed at any moment
/// finds the newest whole one: <c>if (folder.LoadNewest(warn) is { } checkpoint) { trainer.Restore(checkpoint); }</c>. One process at a
/// time may write.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CheckpointFolder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Prefix = "checkpoint-", Extension = ".safetensors";
    private const long MostFiles = 999_999_999_999_999;

    private readonly int _keep;
    private readonly Func<Stream, Stream>? _wrap;
    private readonly HashSet<string> _damaged = [];
    private bool _goesOn;

    /// <summary>Opens a folder, which need not exist yet.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="keep">
    /// The number of checkpoints that are kept, 1 or more; default: 3. With 2 or more, a damaged file costs only the steps since the one
    /// before it.
    /// </param>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No checkpoint would be kept.</exception>
    public CheckpointFolder(string path, int keep = 3)
        : this(path, keep, wrap: null)
    {
    }

    /// <param name="path">The folder.</param>
    /// <param name="keep">The number of checkpoints that are kept.</param>
    /// <param name="wrap">Wraps the stream of each file; null for no wrapping.</param>
    internal CheckpointFolder(string path, int keep, Func<Stream, Stream>? wrap)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRange.ThrowIfLessThan(keep, 1);
        (Path, _keep, _wrap) = (System.IO.Path.GetFullPath(path), keep, wrap);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>
    /// The files of checkpoints, the newest first. Entries with the name of a checkpoint do not count if they are not regular files, such
    /// as pipes or folders, or if their number is beyond 999999999999999.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public IReadOnlyList<string> Files => [.. Entries().Where(entry => WhyNot(entry) is null)];

    /// <summary>
    /// Writes a checkpoint beside the existing ones, and deletes the oldest once the new one is safely on disk. On any error all of them
    /// stay.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The folder has checkpoints of an earlier run, which would be lost, and <see cref="LoadNewest"/> has not been called.
    /// </exception>
    /// <exception cref="ArgumentException">As for <see cref="Checkpoint{T}.Save"/>.</exception>
    /// <exception cref="IOException">The file cannot be written, as on a full disk.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Save(Checkpoint<T> checkpoint)
    {
        IReadOnlyList<string> entries = Entries(), files = [.. entries.Where(entry => WhyNot(entry) is null)];
        if (!_goesOn && files.Count > 0)
        {
            throw new InvalidOperationException(
                $"Expected a folder without checkpoints, but '{Path}' has '{System.IO.Path.GetFileName(files[0])}' of an earlier run: "
                + $"go on from it with {nameof(LoadNewest)}, or choose another folder.");
        }

        _goesOn = true;     // any file that this call leaves belongs to this run, even if the call fails
        long number = NextNumber(entries);
        CreateFolder();
        foreach (string rest in Directory.EnumerateFiles(Path, $"{Prefix}*{Extension}.*{AtomicFile.TemporaryExtension}"))
        {
            AtomicFile.TryDelete(rest);
        }

        CheckpointFile<T>.Save(System.IO.Path.Combine(Path, $"{Prefix}{number:D6}{Extension}"), checkpoint, _wrap);
        DeleteOld(files, newest: number);
    }

    /// <summary>Loads the newest checkpoint that is whole; after this call, <see cref="Save"/> continues its run.</summary>
    /// <param name="warn">
    /// Receives a line for each damaged file that is passed over, and for anything else with the name of a checkpoint; default: no lines.
    /// </param>
    /// <returns>The checkpoint; null if there is none, and the run begins.</returns>
    /// <exception cref="InvalidDataException">There are checkpoints, but all are damaged.</exception>
    /// <exception cref="NotSupportedException">The newest checkpoint has a newer version of the format.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public Checkpoint<T>? LoadNewest(Action<string>? warn = null)
    {
        List<string> failures = [];
        foreach (string file in Entries())
        {
            if (WhyNot(file) is string reason)
            {
                warn?.Invoke($"'{file}' is passed over. {reason}");
                continue;
            }

            try
            {
                Checkpoint<T> checkpoint = CheckpointFile<T>.Load(file);
                _goesOn = true;
                return checkpoint;
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                failures.Add(error.Message);
                _damaged.Add(file);
                warn?.Invoke($"The checkpoint '{file}' is passed over. {error.Message}");
            }
        }

        if (failures.Count > 0)
        {
            throw new InvalidDataException(
                $"Expected a whole checkpoint in '{Path}', but none of {failures.Count} is. {string.Join(' ', failures)}");
        }

        _goesOn = true;
        return null;
    }

    private void CreateFolder()
    {
        List<string> parents = [];
        for (DirectoryInfo folder = new(Path); !folder.Exists && folder.Parent is DirectoryInfo parent; folder = parent)
        {
            parents.Add(parent.FullName);
        }

        Directory.CreateDirectory(Path);
        parents.ForEach(FolderFlush.Flush);
    }

    /// <summary>Returns everything with the name of a checkpoint, the highest number first.</summary>
    private string[] Entries() => Directory.Exists(Path)
        ? [.. Directory.EnumerateFileSystemEntries(Path, $"{Prefix}*{Extension}")
            .Where(entry => NumberOf(entry) != null).OrderByDescending(NumberOf)]
        : [];

    /// <summary>Returns why an entry with the name of a checkpoint is not one; null if it may be one.</summary>
    private static string? WhyNot(string entry) =>
        NumberOf(entry) > MostFiles ? $"Expected a number of at most {MostFiles}."
        : (Directory.Exists(entry) ? "a folder" : UnixFile.Of(entry)?.OtherKind) is string kind
            ? $"Expected a regular file, but it is {kind}."
        : null;

    private static long NextNumber(IEnumerable<string> entries)
    {
        string? last = entries.FirstOrDefault(entry => NumberOf(entry) <= MostFiles);
        return last is null ? 1
            : NumberOf(last)!.Value < MostFiles ? NumberOf(last)!.Value + 1
            : throw new IOException(
                $"Cannot write a checkpoint after '{last}', whose number is the last one: give that file a lower number.");
    }

    /// <summary>Deletes the files that are older than all that are kept, which are the one just written and whole ones before it.</summary>
    private void DeleteOld(IReadOnlyList<string> before, long newest)
    {
        long oldest = before.Where(file => !_damaged.Contains(file)).Take(_keep - 1).Select(NumberOf).LastOrDefault() ?? newest;
        foreach (string old in before.Where(file => NumberOf(file) < oldest))
        {
            AtomicFile.TryDelete(old);
        }
    }

    /// <summary>Returns the number in the name of a checkpoint, or <c>long.MaxValue</c> if it is larger; null for other names.</summary>
    private static long? NumberOf(string entry)
    {
        string digits = System.IO.Path.GetFileName(entry)[Prefix.Length..^Extension.Length];
        return digits == "" || !digits.All(char.IsAsciiDigit) ? null
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
            : long.MaxValue;
    }
}
