using System.Numerics;
using Lstm.Keras.Hdf5;

namespace Lstm.Keras.Layouts;

/// <summary>Writes the variables of a model in the layout of Keras 3.</summary>
internal static class KerasExport
{
    private const long MostBytes = 1_900_000_000;

    /// <summary>Returns the HDF5 file.</summary>
    /// <exception cref="NotSupportedException">The weights are too large for one array.</exception>
    public static ReadOnlySpan<byte> Write<T>(IReadOnlyList<KerasPlace<T>> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long bytes = places.SelectMany(place => place.Layer.Variables)
            .Sum(variable => (long)Dataspace.Count(variable.Shape) * (typeof(T) == typeof(double) ? 8 : 4));
        if (bytes > MostBytes)
        {
            throw new NotSupportedException($"Expected weights of at most {MostBytes} bytes, but the model has {bytes}.");
        }

        Hdf5Writer writer = new();
        // Keras looks for the variables of the model itself, of which there are none.
        writer.AddGroup("vars");
        foreach (KerasPlace<T> place in places)
        {
            writer.AddGroup($"{place.Path}/vars");
            foreach (KerasVariable<T> variable in place.Layer.Variables)
            {
                writer.AddDataset<T>($"{place.Path}/{variable.Path}", variable.Shape, variable.Export());
            }
        }

        return writer.Finish();
    }
}
