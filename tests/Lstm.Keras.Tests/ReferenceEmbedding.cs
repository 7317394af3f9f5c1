using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Embedding: y = E[id].</summary>
internal sealed class ReferenceEmbedding(Random random, int vocabulary, int size) : ReferenceLayer
{
    public override string ClassName => "Embedding";

    public override string Group => "embedding";

    public override int OutputSize => size;

    public override IReadOnlyList<Variable> Variables { get; } = [Variable.Random(random, "vars/0", "embeddings:0", vocabulary, size)];

    public override double[][] Run(double[][] x) =>
        [.. x.Select(id => Enumerable.Range(0, size).Select(k => Variables[0].At((int)id[0], k)).ToArray())];

    public override JsonObject Options() => new() { ["input_dim"] = vocabulary, ["output_dim"] = size, ["mask_zero"] = false };

    public override Layer<T> Make<T>() => new Embedding<T>(vocabulary, size);
}
