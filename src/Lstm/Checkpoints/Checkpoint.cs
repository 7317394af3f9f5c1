using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// All that a run of training needs to go on as if it had never stopped: the states of its parts, by name, and what is told in words.
/// Every number comes back to the bit.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record Checkpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The updates done.</summary>
    public required long Step { get; init; }

    /// <summary>States by the names of their parts, such as <c>model</c>, <c>optimizer</c> or <c>best</c>.</summary>
    public required IReadOnlyDictionary<string, NamedState<T>> Parts { get; init; }

    /// <summary>Whatever else there is to keep, by name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Writes one safetensors file with a checksum: to a temporary file beside it, flushed to disk, that then takes its name. Whatever happens, the name
    /// stands for the old file or the new one, whole.
    /// </summary>
    /// <param name="path">The file; replaced if it exists. Of a symbolic link, the file that it leads to.</param>
    /// <exception cref="ArgumentException">The step is negative, a name cannot be kept, or a tensor has not as many values as its shape tells.</exception>
    /// <exception cref="IOException">The file cannot be written, as on a full disk; its folder is not there; or it is a folder, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => CheckpointFile.Save(path, this);

    /// <summary>Reads what <see cref="Save"/> wrote, after a look at every byte of it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or something else; the message says what is wrong.</exception>
    /// <exception cref="NotSupportedException">The file is of a newer version of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static Checkpoint<T> Load(string path) => CheckpointFile.Load<T>(path);

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(Checkpoint<>), PrintMembers);
}
