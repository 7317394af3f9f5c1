using Lstm.Formats;

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
}
