using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Tests.Formats;

/// <summary>
/// Files of a model and of an optimiser as version 0.1.0 writes them have to be readable forever, to the bit. They are never written anew: if a change
/// of the format breaks these tests, the reader has to learn the new format beside the old one.
/// </summary>
public sealed class EarlierFilesTests
{
    // Numbers that are easily lost: a negative zero, the smallest one, the largest one, a quiet NaN.
    private static readonly float[] Weights = [-0f, float.Epsilon, float.MaxValue, float.NaN, 0.1f, -3];
    private static readonly double[] Means = [-0.0, double.Epsilon, double.MaxValue, 0.1, -3, 1e-300];

    [Fact]
    public void A_model()
    {
        Sequential<float> model = new(new Dense<float>(2, 3));

        IReadOnlyDictionary<string, string> texts = model.LoadParameters(Earlier("model-0.1.0.safetensors"));

        texts.Should().Equal(new Dictionary<string, string> { ["vocabulary"] = "a\n\"Ü€𝄞", ["epoch"] = "3" });
        Bits<float>(model.Parameters["0.W"].Value).Should().Equal(Bits<float>(Weights));
        model.Parameters["0.b"].Value.ToArray().Should().Equal(1, 2, 3);
        ModelFile.ReadMetadata(Earlier("model-0.1.0.safetensors")).Should().Equal(texts);
    }

    [Fact]
    public void The_state_of_an_optimizer()
    {
        Adam<double> adam = new(new Sequential<double>(new Dense<double>(2, 3)).Parameters, weightDecay: 0.1);

        adam.Restore(NamedState<double>.Load(Earlier("adam-0.1.0.safetensors")));

        adam.Steps.Should().Be(12_345_678_901);
        adam.LearningRate.Should().Be(1.0 / 3);
        Bits<double>(adam.State.Tensors[0].Values.Span).Should().Equal(Bits<double>(Means));
        adam.State.Tensors.Skip(1).Select(tensor => tensor.Values.ToArray()).Should().BeEquivalentTo(
            new double[][] { [1, 2, 3], [4, 5, 6, 7, 8, 9], [10, 11, 12] }, options => options.WithStrictOrdering());
    }

    private static byte[] Bits<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    private static string Earlier(string name) => Path.Combine(Path.GetDirectoryName(ThisFile())!, "earlier", name);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
