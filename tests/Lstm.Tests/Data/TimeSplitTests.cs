namespace Lstm.Tests.Data;

public sealed class TimeSplitTests
{
    [Fact]
    public void Lengths_follow_each_other()
    {
        TimeSplit.ByLengths(20, 8, 4, 5).Should().Be(new TimeSplit(..8, 8..12, 12..17));
        TimeSplit.ByLengths(17, 8, 4, 5).Test.Should().Be(12..17);
    }

    [Theory]
    [InlineData(100, 0.29, 0.57, 29, 57)]
    [InlineData(1000, 0.7, 0.1, 700, 100)]
    [InlineData(17, 0.6, 0.2, 10, 3)]
    [InlineData(10, 0.3, 0.7, 3, 7)]
    [InlineData(10, 1, 0, 10, 0)]
    [InlineData(0, 0.5, 0.5, 0, 0)]
    public void Fractions_are_rounded_down_and_the_test_has_the_rest(int rows, double training, double validation, int first, int second) =>
        TimeSplit.ByFractions(rows, training, validation).Should().Be(new TimeSplit(..first, first..(first + second), (first + second)..rows));

    [Fact]
    public void Parts_that_there_are_not_are_refused()
    {
        Action few = () => TimeSplit.ByLengths(16, 8, 4, 5), many = () => TimeSplit.ByLengths(9, int.MaxValue, int.MaxValue, 9);
        Action negative = () => TimeSplit.ByLengths(16, 8, -4, 5);
        Action more = () => TimeSplit.ByFractions(10, 0.8, 0.3), none = () => TimeSplit.ByFractions(10, double.NaN, 0.3);

        few.Should().Throw<ArgumentException>().WithParameterName("rows").WithMessage("*8 + 4 + 5 = 17*there are 16*");
        many.Should().Throw<ArgumentException>().WithParameterName("rows");
        negative.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("validation");
        more.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("validation");
        none.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("training");
    }
}
