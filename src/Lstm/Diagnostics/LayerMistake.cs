namespace Lstm;

/// <summary>Something that a layer does and must not do, which finite differences alone would not show, or would not name.</summary>
/// <param name="Kind">The kind of mistake.</param>
/// <param name="Layer">The position of the layer in the model, or -1 where one of several throws.</param>
/// <param name="Message">The layer, what was expected, what came, and what the reason may be.</param>
public sealed record LayerMistake(LayerMistakeKind Kind, int Layer, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Message}";
}
