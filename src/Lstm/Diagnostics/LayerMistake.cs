namespace Lstm;

/// <summary>A mistake of a layer that finite differences alone would not show, or would not name.</summary>
/// <param name="Kind">The kind of mistake.</param>
/// <param name="Layer">The position of the layer in the model, or -1 where it is not known which of several layers throws.</param>
/// <param name="Message">A text that names the layer, the expected result, the actual one and a possible cause.</param>
public sealed record LayerMistake(LayerMistakeKind Kind, int Layer, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Message}";
}
