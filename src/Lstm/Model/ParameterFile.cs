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
            CheckFit(header.Tensors, [.. parameters.Select(parameter => (parameter.Name, parameter))]);
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

    /// <summary>
    /// Reads a whole model: its layers, which <paramref name="create"/> makes, and its parameters. Nothing is allocated for parameters
    /// before it is known that the file has them.
    /// </summary>
    /// <returns>The model and the metadata.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or its tensors are not those of the layers.</exception>
    public static (Sequential<T> Model, IReadOnlyDictionary<string, string> Metadata) LoadNew<T>(
        string path, Func<IReadOnlyList<LayerDescription>, IReadOnlyList<Layer<T>>> create)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Safetensors.Read(path, (stream, header) =>
        {
            IReadOnlyList<Layer<T>> layers = create(ModelDescription.Read(header.Metadata));
            CheckFit(header.Tensors, [.. layers.SelectMany((layer, k) => layer.Parameters.Select(
                parameter => ($"{k}.{parameter.Name}", parameter)))]);
            Sequential<T> model = Join(layers);
            model.Parameters.Fill(values =>
            {
                int start = 0;
                foreach (Parameter<T> parameter in model.Parameters)
                {
                    SafetensorsTensor tensor = header.Tensors[parameter.Name];
                    stream.Position = header.DataStart + tensor.Begin;
                    TensorNumbers.Read(stream, tensor, values.Slice(start, parameter.Length));
                    start += parameter.Length;
                }
            });
            return (model, header.Metadata);
        });

    private static Sequential<T> Join<T>(IReadOnlyList<Layer<T>> layers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return new Sequential<T>(layers);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Expected layers that form a model. {error.Message}", error);
        }
    }

    private static void CheckFit<T>(
        IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyList<(string Name, Parameter<T> Parameter)> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckNames(tensors, parameters.Select(parameter => parameter.Name));
        foreach ((string name, Parameter<T> parameter) in parameters)
        {
            SafetensorsTensor tensor = tensors[name];
            TensorNumbers.CheckType<T>(tensor);
            string shape = $"[{string.Join(",", parameter.Shape.ToArray())}]";
            if (tensor.DescribeShape() != shape)
            {
                throw new InvalidDataException(
                    $"Expected tensor '{tensor.Name}' of shape {shape}, but the file has {tensor.DescribeShape()}.");
            }
        }
    }

    private static void CheckNames(IReadOnlyDictionary<string, SafetensorsTensor> tensors, IEnumerable<string> expected)
    {
        HashSet<string> names = [.. expected];
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
