namespace Lstm.Keras.Hdf5;

/// <summary>The type of the numbers of a dataset.</summary>
internal enum ElementType
{
    /// <summary>A type that is no little-endian number of IEEE 754, such as an integer or a text.</summary>
    Other,

    /// <summary>Floating point numbers of 16 bits.</summary>
    Half,

    /// <summary>Floating point numbers of 32 bits.</summary>
    Single,

    /// <summary>Floating point numbers of 64 bits.</summary>
    Double,
}
