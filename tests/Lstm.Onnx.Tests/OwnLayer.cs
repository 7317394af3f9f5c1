namespace Lstm.Onnx.Tests;

/// <summary>A layer that the exporter cannot know.</summary>
internal sealed class OwnLayer(int size) : Layer<float>(size, size)
{
    public override LayerPass<float> CreatePass(PassContext<float> context) =>
        throw new NotSupportedException("This layer is not for passes.");
}
