using System.Numerics;

namespace Lstm.Files;

/// <summary>Saves and loads a <see cref="NamedState{T}"/> as a safetensors file.</summary>
internal static class NamedStateFile
{
    /// <inheritdoc cref="NamedState{T}.Save"/>
    public static void Save<T>(string path, NamedState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckShapes(state);
        Dictionary<string, string> metadata = [];
        StateMetadata.Add(metadata, prefix: "", state);
        Safetensors.Save(path, state.Tensors, metadata);
    }

    /// <inheritdoc cref="NamedState{T}.Load"/>
    public static NamedState<T> Load<T>(string path)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Safetensors.Read(path, (stream, header) => StateMetadata.Read(header.Metadata, prefix: "", Safetensors.ReadAll<T>(stream, header)));

    /// <exception cref="ArgumentException">A tensor does not have as many values as its shape.</exception>
    public static void CheckShapes<T>(NamedState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (state.Tensors.FirstOrDefault(tensor => !tensor.HasItsShape) is StateTensor<T> wrong)
        {
            throw new ArgumentException(
                $"Expected as many values as the shape of {wrong.Describe()} has, but got {wrong.Values.Length}.", nameof(state));
        }
    }
}
