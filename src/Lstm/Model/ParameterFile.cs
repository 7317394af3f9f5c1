using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>Writes the parameters of a model to a safetensors file, under their names and in their order, and reads them.</summary>
internal static class ParameterFile
{
    /// <summary>Writes the parameters to a temporary file beside <paramref name="path"/>, which then takes that name.</summary>
    /// <exception cref="ArgumentException">
    /// The path is empty, or the metadata cannot be stored: a text is null or has half a surrogate pair, or there is too much.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save<T>(string path, ParameterCollection<T> parameters, IReadOnlyDictionary<string, string>? metadata)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] header = SafetensorsHeaderWriter.Write<T>(
            parameters.Select(parameter => (parameter.Name, parameter.Shape.ToArray())), metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            LittleEndian.Write(stream, parameters.Current);
        });
    }

    /// <summary>Reads the parameters. On any error they stay as they were.</summary>
    /// <returns>The metadata.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or holds other parameters.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a directory.</exception>
    public static IReadOnlyDictionary<string, string> Load<T>(string path, ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Safetensors.Read(path, (stream, header) =>
        {
            CheckFit(header.Tensors, parameters);
            T[] values = GC.AllocateUninitializedArray<T>(parameters.Length);
            int start = 0;
            foreach (Parameter<T> parameter in parameters)
            {
                SafetensorsTensor tensor = header.Tensors[parameter.Name];
                stream.Position = header.DataStart + tensor.Begin;
                TensorNumbers.Read(stream, tensor, values.AsSpan(start, parameter.Length));
                start += parameter.Length;
            }

            parameters.Assign(values);
            return header.Metadata;
        });

    private static void CheckFit<T>(IReadOnlyDictionary<string, SafetensorsTensor> tensors, ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckNames(tensors, parameters);
        foreach (Parameter<T> parameter in parameters)
        {
            SafetensorsTensor tensor = tensors[parameter.Name];
            TensorNumbers.CheckType<T>(tensor);
            string shape = $"[{string.Join(",", parameter.Shape.ToArray())}]";
            if (tensor.DescribeShape() != shape)
            {
                throw new InvalidDataException(
                    $"Expected tensor '{tensor.Name}' of shape {shape}, but the file has {tensor.DescribeShape()}.");
            }
        }
    }

    private static void CheckNames<T>(IReadOnlyDictionary<string, SafetensorsTensor> tensors, ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        HashSet<string> names = [.. parameters.Select(parameter => parameter.Name)];
        string[] missing = [.. names.Where(name => !tensors.ContainsKey(name))];
        string[] unknown = [.. tensors.Keys.Where(name => !names.Contains(name))];
        if (missing.Length > 0 || unknown.Length > 0)
        {
            string lack = missing.Length > 0 ? $"lacks '{string.Join("', '", missing)}'" : "has all of them";
            string surplus = unknown.Length > 0 ? $", and has '{string.Join("', '", unknown)}', of which the model knows nothing" : "";
            throw new InvalidDataException($"Expected the {names.Count} tensors of the model, but the file {lack}{surplus}.");
        }
    }
}
