using System.CommandLine;
using System.Text.Json;
using Lstm.Samples;
using SpeakerClassification;

namespace Lstm.Tests.Samples;

public sealed class SpeakerTests : IDisposable
{
    private static readonly string[] s_columns = [.. Enumerable.Range(1, 12).Select(k => $"{k}.5,{k}")];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_utterance_has_its_frames_in_rows_and_its_speaker_from_0()
    {
        SequenceSet<float> set = UtteranceFile.Read(Write("# a comment", "@data", $"{string.Join(':', s_columns)}:9", ""));

        (set.Count, set.LengthOf(0), set.LabelOf(0)).Should().Be((1, 2, 8));
        set[0].ToArray().Should().Equal([.. Enumerable.Range(1, 12).Select(k => k + 0.5f), .. Enumerable.Range(1, 12).Select(k => (float)k)]);
    }

    [Theory]
    [InlineData("1,2:3,4:1", "column 3: Expected 12 columns and the speaker, separated by colons, but got 3 in all.")]
    [InlineData("*:1:2", "column 13: Expected 12 columns and the speaker, separated by colons, but got 14 in all.")]
    [InlineData("*:10", "column 13: Expected a speaker from 1 to 9, but got '10'.")]
    [InlineData("*:0", "column 13: Expected a speaker from 1 to 9, but got '0'.")]
    [InlineData("*:a", "column 13: Expected a speaker from 1 to 9, but got 'a'.")]
    [InlineData("*:1|4.5,4|4.5", "column 4: Expected 2 frames, as the first column has, but got 1.")]
    [InlineData("*:1|4.5,4|4.5,?", "column 4, frame 2: Expected a number, but got '?'.")]
    [InlineData("*:1|4.5,4|4.5,Infinity", "column 4, frame 2: *finite*")]
    public void What_is_no_utterance_is_told_with_file_line_and_column(string line, string error)
    {
        string[] parts = line.Replace("*", string.Join(':', s_columns)).Split('|');
        string file = Write("@data", parts.Length > 1 ? parts[0].Replace($":{parts[1]}:", $":{parts[2]}:") : parts[0]);

        Action read = () => UtteranceFile.Read(file);

        read.Should().Throw<UserException>().WithMessage($"'{file}', line 2, {error}");
    }

    [Fact]
    public void Files_without_enough_utterances_are_told()
    {
        string empty = Write("@data"), four = Write([.. Enumerable.Repeat($"{string.Join(':', s_columns)}:1", 4)]);

        FluentActions.Invoking(() => UtteranceFile.Read(empty)).Should().Throw<UserException>().WithMessage("*has no utterances.");
        FluentActions.Invoking(() => SpeakerData.Read(four, four)).Should().Throw<UserException>().WithMessage("*it has 4 utterances*");
    }

    [Fact]
    public void Japanese_vowels_are_split_by_speaker_and_the_nearest_mean_tells_most()
    {
        SpeakerOptions options = Parse();

        SpeakerData data = SpeakerData.Read(options.TrainingFile, options.TestFile);

        (data.Training.Count, data.Validation.Count, data.Test.Count, data.LongestLength).Should().Be((216, 54, 370, 29));
        Enumerable.Range(0, 54).CountBy(data.Validation.LabelOf).Should().OnlyContain(speaker => speaker.Value == 6);
        NearestMean.Accuracy(data.Training, data.Test).Should().Be(343.0 / 370);
    }

    [Theory]
    [InlineData("--network gru", "--network expects one of both, lstm, bidirectional, but got 'gru'.")]
    [InlineData("--seeds 0", "--seeds expects a whole number from 1 to 1000000, but got '0'.")]
    [InlineData("--nonsense", "*--nonsense*")]
    public void Wrong_usage_is_told_in_one_line(string arguments, string error)
    {
        ParseResult result = SpeakerClassification.CommandLine.Parse(arguments.Split(' '), _ => 0);

        result.Errors.Should().NotBeEmpty();
        result.Errors[0].Message.Should().Match(error).And.NotContain("\n");
        SampleProgram.Run(result, "").Should().Be(2);
    }

    [Fact]
    public void An_lstm_tells_most_speakers_after_a_few_epochs_and_the_run_leaves_its_files()
    {
        SpeakerOptions options = Parse("--epochs 10 --hidden 20 --learning-rate 5e-3 --seeds 2 --network lstm");

        SpeakerClassification.Comparison.Run(options).Should().Be(0);

        JsonElement[] rows = Rows(options);
        rows.Should().HaveCount(5, "two seeds and three rows of the table");
        rows[^1].GetProperty("median_test_accuracy").GetDouble().Should().BeGreaterThan(0.85);
        Directory.GetFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo("s.lstm.safetensors", "s.svg", "s.json");
    }

    [Fact]
    public void Results_are_the_same_for_any_number_of_threads()
    {
        double[] Run(int threads)
        {
            SpeakerOptions options = Parse($"--updates 3 --hidden 5 --seeds 1 --threads {threads}");
            SpeakerClassification.Comparison.Run(options).Should().Be(0);
            return [.. Rows(options)[..2].Select(row => row.GetProperty("valid_loss").GetDouble())];
        }

        Run(1).Should().Equal(Run(3));
    }

    [Fact]
    public void The_median_is_the_one_in_the_middle_or_the_mean_of_the_two_there()
    {
        new AccuracyRow("", [0.5, 0.1, 0.2], null).Median.Should().Be(0.2);
        new AccuracyRow("", [0.5, 0.25], null).Median.Should().Be(0.375);
    }

    private SpeakerOptions Parse(string arguments = "")
    {
        SpeakerOptions? options = null;
        string[] all = [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--output", Path.Combine(_folder, "s"), "--json", Path.Combine(_folder, "s.json")];
        SampleProgram.Run(SpeakerClassification.CommandLine.Parse(all, parsed => (options = parsed) is null ? 1 : 0), "").Should().Be(0);
        return options!;
    }

    private string Write(params string[] lines)
    {
        string file = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllLines(file, lines);
        return file;
    }

    private static JsonElement[] Rows(SpeakerOptions options) =>
        [.. File.ReadLines(options.JsonFile!).Select(line => JsonDocument.Parse(line).RootElement)];
}
