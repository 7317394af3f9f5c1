using System.CommandLine;
using CharLm;

namespace Lstm.Tests.Samples;

public sealed class CharLmCommandLineTests
{
    [Theory]
    [InlineData("--epochs 0", "--epochs expects a whole number from 1 to 1000000, but got '0'.")]
    [InlineData("--hidden -3", "--hidden expects a whole number from 1 to 8192, but got '-3'.")]
    [InlineData("--batch many", "--batch expects *, but got 'many'.")]
    [InlineData("--seed 1.5", "--seed expects *, but got '1.5'.")]
    [InlineData("--learning-rate 0", "--learning-rate expects a number greater than 0, but got '0'.")]
    [InlineData("--learning-rate NaN", "--learning-rate expects *")]
    [InlineData("--cell lsd", "--cell expects one of plain, peephole, layer-norm, *, but got 'lsd'.")]
    [InlineData("sample", "*MODEL*")]
    [InlineData("sample model --temperature -0.5", "--temperature expects a number of 0 or more, but got '-0.5'.")]
    [InlineData("--checkpoints ", "--checkpoints expects the name of a folder, but got ''.")]
    [InlineData("--nonsense", "*--nonsense*")]
    public void Wrong_usage_is_told_in_one_line(string arguments, string error)
    {
        ParseResult result = CommandLine.Parse(arguments.Split(' '), _ => 0, _ => 0);

        result.Errors.Should().NotBeEmpty();
        result.Errors[0].Message.Should().Match(error).And.NotContain("\n");
    }

    [Fact]
    public void Without_arguments_the_recipe_of_the_reference_is_trained()
    {
        TrainingOptions? options = null;

        CommandLine.Parse([], parsed => Keep(options = parsed), _ => 1).Invoke().Should().Be(0);

        options.Should().BeEquivalentTo(new
        {
            Architecture = new Architecture(128, 2, "plain"),
            Epochs = 10,
            Updates = (int?)null,
            Batch = 50,
            Steps = 50,
            LearningRate = 2e-3,
            Threads = 0,
            OutputFile = "charlm.safetensors",
            CheckpointFolder = (string?)null,
        });
        File.Exists(options!.DataFile).Should().BeTrue();
    }

    [Fact]
    public void A_prompt_may_start_with_any_character()
    {
        SampleOptions? options = null;

        CommandLine.Parse(["sample", "m", "--prompt", "@file", "--length", "7"], _ => 1, parsed => Keep(options = parsed)).Invoke();

        options.Should().Be(new SampleOptions("m", "@file", 7, 1, null));
    }

    private static int Keep(object? parsed) => parsed is null ? 1 : 0;
}
