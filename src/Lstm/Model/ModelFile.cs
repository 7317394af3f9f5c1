using Lstm.Files;

namespace Lstm;

/// <summary>Looks into the files that <see cref="Sequential{T}.Save"/> writes.</summary>
public static class ModelFile
{
    /// <summary>
    /// Reads the texts kept with the parameters, without the parameters: for a program that has to know the architecture before it can
    /// build the model. Effectively what <see cref="Sequential{T}.Load"/> returns, for a model of any shape and element type. The header
    /// is checked as it is there, against itself and against the length of the file.
    /// </summary>
    /// <param name="path">A safetensors file.</param>
    /// <returns>The texts by name; none if the file was saved without.</returns>
    /// <exception cref="InvalidDataException">The file is damaged; the message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read; a <see cref="FileNotFoundException"/> where there is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a directory.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => Safetensors.ReadMetadata(path);

    /// <summary>
    /// Tries whether <see cref="Sequential{T}.Save"/> can write a file, to be known before hours of training: a file is created in its folder and deleted.
    /// What has the name stays as it is.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">There is no path.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be written: it is a folder, a pipe or a device, or the disk is full or read-only.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void CheckWritable(string path) => AtomicFile.CheckWritable(path);
}
