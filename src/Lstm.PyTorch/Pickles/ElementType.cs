namespace Lstm.PyTorch.Pickles;

/// <summary>A type of the elements of tensors.</summary>
/// <param name="Name">The name in messages, as in <c>torch.float32</c>.</param>
/// <param name="TorchName">The first part of the name of its storage, as in <c>FloatStorage</c>.</param>
/// <param name="Size">The number of bytes of an element.</param>
internal sealed record ElementType(string Name, string TorchName, int Size)
{
    /// <summary>A number of 32 bits.</summary>
    public static ElementType Float { get; } = new("float32", "Float", 4);

    /// <summary>A number of 64 bits.</summary>
    public static ElementType Double { get; } = new("float64", "Double", 8);

    /// <summary>A number of 16 bits with 11 digits.</summary>
    public static ElementType Half { get; } = new("float16", "Half", 2);

    /// <summary>The upper 16 bits of a number of 32 bits.</summary>
    public static ElementType BFloat16 { get; } = new("bfloat16", "BFloat16", 2);

    /// <summary>All types: those of numbers, and integers, which are listed but not read.</summary>
    public static IReadOnlyList<ElementType> All { get; } =
    [
        Float, Double, Half, BFloat16,
        new("int64", "Long", 8), new("int32", "Int", 4), new("int16", "Short", 2), new("int8", "Char", 1), new("uint8", "Byte", 1),
        new("bool", "Bool", 1),
    ];

    /// <summary>Whether the elements are numbers with a fraction.</summary>
    public bool IsFloating => this == Float || this == Double || this == Half || this == BFloat16;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
