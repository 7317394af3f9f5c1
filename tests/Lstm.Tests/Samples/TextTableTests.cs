using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class TextTableTests
{
    [Fact]
    public void The_first_column_is_to_the_left_and_the_others_to_the_right()
    {
        TextTable.Draw(["", "error", "s"], ["one", "0.5", ""], ["seven", "10.25", "12"]).Should().Be(
            """
                    error    s
            one       0.5
            seven   10.25   12

            """.ReplaceLineEndings("\n"));
    }
}
