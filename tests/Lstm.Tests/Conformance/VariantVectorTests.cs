namespace Lstm.Tests.Conformance;

/// <summary>The vectors of the variants of Greff et al. are of the variants they name, and the tests build these.</summary>
public sealed class VariantVectorTests
{
    public static TheoryData<string> Variants() => ["NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_variant_is_built_from_its_config(string variant)
    {
        ReferenceVector vector = ReferenceVector.ReadOwn($"lstm-odyssey-{variant}");

        vector.Config.GetProperty("variant").GetString().Should().Be(variant);
        LstmVectorOptions.Read(vector, "").Should().NotBe(LstmVariants.Vanilla);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_tensor_of_a_variant_belongs_to_the_model(string variant)
    {
        ReferenceVector vector = ReferenceVector.ReadOwn($"lstm-odyssey-{variant}");
        LstmLayer<double> layer = new(vector.Size("inputSize"), vector.Size("hiddenSize"), LstmVectorOptions.Read(vector, ""));

        IEnumerable<string> tensors = new Sequential<double>(layer).Parameters
            .SelectMany(parameter => LstmTensorParts.Of(vector, "", parameter)).Select(part => part.Name);

        tensors.Should().BeEquivalentTo(vector.Get("parameters").EnumerateObject().Select(tensor => tensor.Name));
    }

    /// <summary>A vector of the vanilla cell under the name of a variant would agree.</summary>
    [Theory]
    [InlineData("NIAF")]
    [InlineData("NOAF")]
    [InlineData("FGR")]
    public void The_vanilla_cell_does_not_agree_with_a_variant_of_its_tensors(string variant)
    {
        ReferenceVector vector = ReferenceVector.ReadOwn($"lstm-odyssey-{variant}").WithVariant("V");

        Action compare = () => VectorCases.Run<double>(vector).First().ShouldBeWithin(1e-3);

        compare.Should().Throw<Exception>().WithMessage("*y[*");
    }
}
