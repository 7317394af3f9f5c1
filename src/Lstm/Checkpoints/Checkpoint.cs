using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// All that a training run needs to continue as if it had never stopped: the states of its parts by name, and texts. Every bit of its
/// numbers is restored.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record Checkpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of updates done.</summary>
    public required long Step { get; init; }

    /// <summary>The states by the names of their parts, such as <c>model</c>, <c>optimizer</c> or <c>best</c>.</summary>
    public required IReadOnlyDictionary<string, NamedState<T>> Parts { get; init; }

    /// <summary>Any texts that are to be kept, by name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Writes one safetensors file with a checksum, by way of a temporary file beside it that is flushed to disk and then takes its name.
    /// Whatever happens, the name stands for the whole old file or the whole new one.
    /// </summary>
    /// <param name="path">The file, which is replaced if it exists. For a symbolic link, it is the file that the link leads to.</param>
    /// <exception cref="ArgumentException">
    /// The step is negative, a name cannot be kept, or a tensor does not have as many values as its shape.
    /// </exception>
    /// <exception cref="IOException">
    /// The file cannot be written, as on a full disk; its folder does not exist; or it is a folder, a pipe or a device.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => CheckpointFile<T>.Save(path, this);

    /// <summary>Reads what <see cref="Save"/> wrote, after checking every byte of it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or is not a checkpoint; the message says what is wrong.</exception>
    /// <exception cref="NotSupportedException">The file has a newer version of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static Checkpoint<T> Load(string path) => CheckpointFile<T>.Load(path);

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(Checkpoint<>), PrintMembers);
}
