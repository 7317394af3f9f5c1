using Lstm.Numerics;

namespace Lstm.Tests.Parameters;

public sealed class PhiloxTests
{
    /// <summary>The known answers that come with Random123, the authors' own implementation (kat_vectors, philox4x32 10).</summary>
    [Theory]
    [InlineData(0x0UL, 0x0UL, 0x0UL, 0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU)]
    [InlineData(0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0x299f31d0a4093822UL, 0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U)]
    public void Gives_the_known_answers(ulong low, ulong high, ulong key, uint w0, uint w1, uint w2, uint w3)
    {
        UInt128 block = PhiloxBlocks.Block(new UInt128(high, low), key);

        ((uint)block, (uint)(block >> 32), (uint)(block >> 64), (uint)(block >> 96)).Should().Be((w0, w1, w2, w3));
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        Philox random = new(seed: 7, RandomStream.Weights(3));
        double[] numbers = new double[100_000];
        for (int k = 0; k < numbers.Length; k++)
        {
            numbers[k] = random.NextUniform();
        }

        numbers.Should().OnlyContain(x => x >= 0 && x < 1);
        numbers.Average().Should().BeApproximately(0.5, 5 * Math.Sqrt(1.0 / 12 / numbers.Length));
        numbers.Count(x => x < 0.1).Should().BeCloseTo(10_000, 5 * 95);
    }

    [Fact]
    public void Seeds_and_streams_give_different_numbers()
    {
        Philox a = new(1, RandomStream.Weights(1)), b = new(1, RandomStream.Weights(2));
        Philox c = new(2, RandomStream.Weights(1)), again = new(1, RandomStream.Weights(1));
        double[] first = [a.NextUniform(), b.NextUniform(), c.NextUniform()];

        first.Should().OnlyHaveUniqueItems();
        again.NextUniform().Should().Be(first[0]);
    }
}
