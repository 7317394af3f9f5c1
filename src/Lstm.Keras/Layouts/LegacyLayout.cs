using System.Numerics;
using Lstm.Keras.Hdf5;

namespace Lstm.Keras.Layouts;

/// <summary>
/// The HDF5 files of Keras 2, and of <c>model.save("model.h5")</c>: the attribute <c>layer_names</c> has the layers in their order, the
/// attribute <c>weight_names</c> of each layer's group its variables, such as <c>lstm/lstm_cell/kernel:0</c>.
/// </summary>
internal static class LegacyLayout
{
    /// <summary>Returns the group with the weights; null if the file is no such file.</summary>
    public static Hdf5Group? Find(Hdf5Group root)
    {
        Hdf5Group group = root.FindGroup("model_weights") ?? root;
        return group.Texts("layer_names") is null ? null : group;
    }

    /// <summary>Takes the variables of the layers that have some, in their order.</summary>
    public static void Read<T>(Hdf5Group root, IReadOnlyList<KerasPlace<T>> places, NewValues<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<(string Path, Hdf5Group Group, List<string> Names)> saved = [];
        List<string> layers = root.Texts("layer_names")!;
        if (layers.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { Key: string twice })
        {
            throw new InvalidDataException($"Expected every layer once in 'layer_names', but '{twice}' comes twice.");
        }

        foreach (string name in layers)
        {
            Hdf5Group group = root.FindGroup(name)
                ?? throw new InvalidDataException($"Expected the group '{name}' that 'layer_names' lists, but the file has no such.");
            List<string> names = group.Texts("weight_names") ?? [];
            names.RemoveAll(variable => NameOf(variable) == "seed_generator_state");
            if (names.Count > 0)
            {
                saved.Add((name, group, names));
            }
        }

        List<KerasPlace<T>> expected = [.. places.Where(place => place.Layer.Variables.Count > 0)];
        if (saved.Count != expected.Count)
        {
            throw new InvalidDataException(
                $"Expected {expected.Count} layers with weights, but the file has {saved.Count}: "
                    + $"{string.Join(", ", saved.Select(layer => layer.Path))}.");
        }

        for (int k = 0; k < saved.Count; k++)
        {
            ReadLayer(saved[k].Path, saved[k].Group, saved[k].Names, expected[k].Layer, values);
        }
    }

    private static void ReadLayer<T>(string path, Hdf5Group group, List<string> names, KerasLayer<T> layer, NewValues<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!names.Select(NameOf).SequenceEqual(layer.Variables.Select(variable => variable.Name)))
        {
            throw new InvalidDataException(
                $"Expected the variables {string.Join(", ", layer.Variables.Select(variable => variable.Name))} of a {layer.Group} in "
                    + $"'{path}', but got {string.Join(", ", names)}.");
        }

        for (int k = 0; k < names.Count; k++)
        {
            string full = $"{path}/{names[k]}";
            KerasImport.Take(
                group.FindDataset(names[k]) ?? throw new InvalidDataException($"Expected the variable '{full}', but the file has no such."),
                full,
                layer.Variables[k],
                values);
        }
    }

    /// <summary>The last part of a name, without the number of the output: kernel of <c>lstm/lstm_cell/kernel:0</c>.</summary>
    private static string NameOf(string variable) => variable.Split('/')[^1].Split(':')[0];
}
