using CharLm;
using Lstm.Samples;

namespace Lstm.Tests.Samples;

public sealed class CharLmTextTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Nine_tenths_train_and_the_rest_validates_whatever_the_line_ends()
    {
        File.WriteAllText(_file, string.Concat(Enumerable.Repeat("abcd\r\n", 40)));

        TextData text = TextData.Read(_file, batch: 4, steps: 5);

        (text.Length, text.TrainingLength, text.ValidationLength).Should().Be((200, 180, 20));
        text.Vocabulary.ToString().Should().Be("\nabcd");
        text.Validation.Length.Should().Be(1);
        text.Validation.Inputs(0, 1).ToArray().Should().Equal(1, 2, 3, 4, 0, 1, 2, 3, 4, 0);
    }

    [Theory]
    [InlineData("\uFEFFcaf\u00E9 ")]
    [InlineData("\uFEFF\uFEFFcafe\u0301 ")]
    public void A_byte_order_mark_and_the_form_of_the_text_change_nothing(string text)
    {
        File.WriteAllText(_file, text + string.Concat(Enumerable.Repeat("caf\u00E9 ", 40)));

        TextData data = TextData.Read(_file, batch: 4, steps: 5);

        data.Vocabulary.ToString().Should().Be(" acf\u00E9");
        data.Length.Should().Be(41 * 5);
        data.Training.Inputs(0, 1)[0].Should().Be(2);
    }

    [Fact]
    public void Models_of_0_1_0_take_texts_as_they_are_and_new_ones_know_how_they_were_made()
    {
        Architecture architecture = new(Hidden: 3, Layers: 1, Cell: "plain");
        CharModel model = new(new CharVocabulary("z x\u0301 caf\u00E9"), architecture), old = new(new CharVocabulary("caf\u00E9z\u0301",
            normalize: false), architecture);
        model.Save(_file);
        CharModel read = CharModel.Load(_file);
        old.Network.Save(_file, new Dictionary<string, string>
        {
            ["program"] = "CharLm",
            ["hidden"] = "3",
            ["layers"] = "1",
            ["cell"] = "plain",
            ["vocabulary"] = "acfz\u00E9\u0301",
        });
        CharModel readOld = CharModel.Load(_file);

        (read.Vocabulary.ToJson(), read.Vocabulary.Normalizes).Should().Be((model.Vocabulary.ToJson(), true));
        (readOld.Vocabulary.ToString(), readOld.Vocabulary.Normalizes).Should().Be(("acfz\u00E9\u0301", false));
    }

    [Theory]
    [InlineData(101, 2, null)]
    [InlineData(100, 2, "*100 characters leave 90 to train on and 10 to validate with*needs 23 and 11.")]
    [InlineData(112, 9, null)]
    [InlineData(111, 9, "*111 characters leave 99 to train on and 12 to validate with*needs 100 and 11.")]
    public void A_text_of_one_window_is_enough_and_one_character_less_is_not(int length, int batch, string? error)
    {
        File.WriteAllText(_file, new string('a', length));

        Action read = () => TextData.Read(_file, batch, steps: 10);

        if (error is null)
        {
            read.Should().NotThrow();
        }
        else
        {
            read.Should().Throw<UserException>().WithMessage(error);
        }
    }

    [Fact]
    public void Empty_and_missing_files_are_told()
    {
        Action empty = () => TextData.Read(_file, 1, 1);
        Action missing = () => TextData.Read(_file + "x", 1, 1);
        Action folder = () => TextData.Read(Path.GetTempPath(), 1, 1);

        empty.Should().Throw<UserException>().WithMessage("*empty*");
        missing.Should().Throw<UserException>().WithMessage("there is no data file*");
        folder.Should().Throw<UserException>().WithMessage("*folder*");
    }
}
