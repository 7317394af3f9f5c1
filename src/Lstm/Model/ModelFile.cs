using Lstm.Files;

namespace Lstm;

/// <summary>Inspects the files that <see cref="Sequential{T}.Save"/> writes, and writes others as safely.</summary>
public static class ModelFile
{
    /// <summary>
    /// Reads the texts that a program has kept with the parameters, without the parameters. Effectively returns what
    /// <see cref="Sequential{T}.LoadParameters"/> does, for a model of any shape and element type. The header is checked as there, against
    /// itself and against the length of the file.
    /// </summary>
    /// <param name="path">A safetensors file.</param>
    /// <returns>The texts by name; none if the file was saved without texts.</returns>
    /// <exception cref="InvalidDataException">The file is damaged; the message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read; a <see cref="FileNotFoundException"/> if it does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a directory.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        ModelDescription.WithoutOwn(Safetensors.ReadMetadata(path));

    /// <summary>Whether a file describes its layers, so that <c>Sequential.Load</c> can make the model.</summary>
    /// <inheritdoc cref="ReadMetadata" path="/param"/>
    /// <inheritdoc cref="ReadMetadata" path="/exception"/>
    public static bool DescribesModel(string path) => Safetensors.ReadMetadata(path).ContainsKey(ModelDescription.Key);

    /// <summary>
    /// Writes a file of any content as <see cref="Sequential{T}.Save"/> does: to a temporary file beside it that then takes its name, so
    /// that the name stands for the whole old or the whole new content at every moment.
    /// </summary>
    /// <param name="path">The file; replaced if it exists. For a symbolic link, the file that it leads to is replaced.</param>
    /// <param name="write">Writes the content. Where it throws, the old file stays.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The file cannot be written, its folder does not exist, or it is a folder, a pipe or a device.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        AtomicFile.Write(path, write);
    }

    /// <summary>
    /// Checks that <see cref="Sequential{T}.Save"/> can write a file, so that a failure shows before hours of training: creates a file in
    /// the same folder and deletes it. An existing file of the name stays as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">
    /// The file cannot be written: it is a folder, a pipe or a device, or the disk is full or read-only.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void CheckWritable(string path) => AtomicFile.CheckWritable(path);
}
