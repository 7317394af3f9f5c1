namespace Lstm.PyTorch.Pickles;

/// <summary>A name of Python that a pickle refers to. It stands for itself: nothing is imported or called.</summary>
/// <param name="Module">The module, such as <c>torch._utils</c>.</param>
/// <param name="Name">The name in the module.</param>
internal sealed record PickleGlobal(string Module, string Name)
{
    private const string StorageSuffix = "Storage";

    /// <summary>The class of ordered dictionaries.</summary>
    public static PickleGlobal OrderedDict { get; } = new("collections", "OrderedDict");

    /// <summary>What makes a tensor of a storage.</summary>
    public static PickleGlobal RebuildTensor { get; } = new("torch._utils", "_rebuild_tensor_v2");

    /// <summary>What makes a parameter of a tensor.</summary>
    public static PickleGlobal RebuildParameter { get; } = new("torch._utils", "_rebuild_parameter");

    /// <summary>All names that a pickle may refer to.</summary>
    private static readonly PickleGlobal[] s_known =
    [
        OrderedDict, RebuildTensor, RebuildParameter,
        .. ElementType.All.Select(type => new PickleGlobal("torch", type.TorchName + StorageSuffix)),
    ];

    /// <summary>The type of the elements, of the class of a storage; otherwise null.</summary>
    public ElementType? Element { get; } = Module == "torch" && Name.EndsWith(StorageSuffix, StringComparison.Ordinal)
        ? ElementType.All.FirstOrDefault(type => Name == type.TorchName + StorageSuffix)
        : null;

    /// <summary>Returns a name that a pickle may refer to.</summary>
    /// <exception cref="InvalidDataException">It may not.</exception>
    public static PickleGlobal Of(string module, string name) =>
        Array.Find(s_known, known => known.Module == module && known.Name == name) ?? throw new InvalidDataException(
            $"Expected tensors alone, but the file refers to '{module}.{name}', which is not imported here: "
                + "save a state dictionary, torch.save(model.state_dict(), path).");

    /// <inheritdoc/>
    public override string ToString() => $"{Module}.{Name}";
}
