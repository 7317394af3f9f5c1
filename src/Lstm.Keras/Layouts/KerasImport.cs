using System.Numerics;
using Lstm.Keras.Hdf5;

namespace Lstm.Keras.Layouts;

/// <summary>Takes the variables of a file into a model: all of them, or none.</summary>
internal static class KerasImport
{
    private const string SeedGenerator = "seed_generator";

    /// <summary>Sets the weights of a model.</summary>
    /// <exception cref="InvalidDataException">A variable is missing, is one too many, or has another shape.</exception>
    public static void Load<T>(Hdf5Group root, Sequential<T> model, IReadOnlyList<KerasPlace<T>> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NewValues<T> values = new(model);
        if (LegacyLayout.Find(root) is Hdf5Group legacy)
        {
            LegacyLayout.Read(legacy, places, values);
        }
        else
        {
            Read(root, places, values);
        }

        values.Assign();
    }

    /// <summary>Takes the numbers of one variable.</summary>
    public static void Take<T>(Hdf5Dataset dataset, string path, KerasVariable<T> variable, NewValues<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!dataset.Shape.AsSpan().SequenceEqual(variable.Shape))
        {
            throw new InvalidDataException(
                $"Expected the shape {Describe(variable.Shape)} of '{path}', the {variable.Name}, but got {Describe(dataset.Shape)}.");
        }

        variable.Import(dataset.Values<T>(path), values);
    }

    public static string Describe(int[] shape) => $"[{string.Join(",", shape)}]";

    private static void Read<T>(Hdf5Group root, IReadOnlyList<KerasPlace<T>> places, NewValues<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (root.FindGroup("layers") is null)
        {
            throw new InvalidDataException(
                "Expected the group 'layers' of Keras 3, or the attribute 'layer_names' of Keras 2, but the HDF5 file has neither; it has "
                    + $"{List(root.Groups.Keys.Concat(root.Datasets.Keys))}.");
        }

        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (KerasPlace<T> place in places)
        {
            foreach (KerasVariable<T> variable in place.Layer.Variables)
            {
                string path = $"{place.Path}/{variable.Path}";
                Take(
                    root.FindDataset(path) ?? throw new InvalidDataException(
                        $"Expected the variable '{path}', the {variable.Name} {Describe(variable.Shape)}, but the file has no such; it has "
                            + $"{List(root.Paths())}."),
                    path,
                    variable,
                    values);
                taken.Add(path);
            }
        }

        List<string> ignored = [.. places.SelectMany(place => place.Layer.Ignored.Select(group => $"{place.Path}/{group}/"))];
        foreach (string path in root.Paths())
        {
            bool isWeight = path.StartsWith("layers/", StringComparison.Ordinal) || path.StartsWith("vars/", StringComparison.Ordinal);
            if (isWeight && !taken.Contains(path) && !path.Split('/').Contains(SeedGenerator)
                && !ignored.Exists(group => path.StartsWith(group, StringComparison.Ordinal)))
            {
                throw new InvalidDataException(
                    $"Expected the variables of the model's {places.Count} layers alone, but the file also has '{path}' "
                        + $"{Describe(root.FindDataset(path)!.Shape)}.");
            }
        }
    }

    private static string List(IEnumerable<string> names)
    {
        const int Most = 40;
        List<string> some = [.. names.Take(Most + 1)];
        return some.Count switch
        {
            0 => "nothing",
            > Most => $"{string.Join(", ", some.Take(Most))} and more",
            _ => string.Join(", ", some),
        };
    }
}
