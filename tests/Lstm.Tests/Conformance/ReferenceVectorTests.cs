namespace Lstm.Tests.Conformance;

/// <summary>Every reference vector against the library: all outputs and all gradients.</summary>
public sealed class ReferenceVectorTests
{
    private const double DoubleTolerance = 1e-12;
    private const double FloatTolerance = 2e-5;

    [Theory]
    [ReferenceVectors]
    public void Agrees_in_double(string name) =>
        Assert.All(VectorCases.Run<double>(ReferenceVector.Read(name)), outcome => outcome.ShouldBeWithin(DoubleTolerance));

    [Theory]
    [ReferenceVectors]
    public void Agrees_in_float(string name) =>
        Assert.All(VectorCases.Run<float>(ReferenceVector.Read(name)), outcome => outcome.ShouldBeWithin(FloatTolerance));

    [Fact]
    public void There_are_vectors_to_compare_with() => ReferenceVector.Names.Should().NotBeEmpty();

    [Theory]
    [InlineData(1e-12, true)]
    [InlineData(3e-12, false)]
    [InlineData(double.NaN, false)]
    public void The_comparison_itself_can_fail(double error, bool passes)
    {
        Action compare = () => new Outcome("q", [1, 0.5], [1, 0.5 + error]).ShouldBeWithin(2e-12);
        if (passes)
        {
            compare.Should().NotThrow();
        }
        else
        {
            compare.Should().Throw<Exception>().WithMessage("*q*[1]*");
        }
    }
}
