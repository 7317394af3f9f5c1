using System.Text;

namespace Lstm.Tests.Data;

public sealed class VocabularyTests
{
    [Fact]
    public void Characters_are_scalar_values_sorted_and_come_back()
    {
        const string Text = "to be 😀 or\nnot";
        CharVocabulary vocabulary = new(Text);

        vocabulary.ToString().Should().Be("\n benort😀");
        vocabulary.Encode("\nt😀").Should().Equal(0, 7, 8);
        vocabulary.Decode(vocabulary.Encode(Text)).Should().Be(Text);
        new CharVocabulary(vocabulary.ToString()).ToString().Should().Be(vocabulary.ToString());
        vocabulary.UnknownIn("x to x y").Select(rune => rune.ToString()).Should().Equal("x", "y");
        (vocabulary.IndexOf(new Rune('x')), vocabulary.IndexOf(new Rune(' ')), vocabulary[1]).Should().Be((-1, 1, new Rune(' ')));
    }

    [Fact]
    public void An_unknown_character_is_refused_or_has_one_that_stands_for_it()
    {
        CharVocabulary strict = new("abc"), lenient = new("abc", unknown: new Rune('?'));

        MalformedDataException error = strict.Invoking(v => v.Encode("😀a")).Should().Throw<MalformedDataException>().Which;
        MalformedDataException second = strict.Invoking(v => v.Encode("a b")).Should().Throw<MalformedDataException>().Which;

        error.Message.Should().StartWith("Expected one of the 3 characters of the vocabulary, but got '😀' (U+1F600). It is at index 0 of the text. Leave it out");
        (second.Row, second.ParamName).Should().Be((1, "text"));
        lenient.Count.Should().Be(4);
        lenient.Decode(lenient.Encode("😀ab d")).Should().Be("?ab??");
    }

    [Theory]
    [InlineData("abc", null)]
    [InlineData("\n\"\\é😀\u0000", null)]
    [InlineData("abc", '?')]
    [InlineData("", null)]
    public void Characters_come_back_from_JSON(string text, char? unknown)
    {
        CharVocabulary vocabulary = new(text, unknown is char one ? new Rune(one) : null);

        CharVocabulary read = CharVocabulary.FromJson(vocabulary.ToJson());

        read.ToString().Should().Be(vocabulary.ToString());
        read.Unknown.Should().Be(vocabulary.Unknown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"characters":3}""")]
    [InlineData("""{"characters":"ba"}""")]
    [InlineData("""{"characters":"aab"}""")]
    [InlineData("""{"characters":"ab","unknown":"c"}""")]
    [InlineData("""{"characters":"ab","unknown":"ab"}""")]
    [InlineData("""{"characters":"ab","unknown":""}""")]
    [InlineData("""{"characters":"ab","characters":"ab"}""")]
    [InlineData("""{"characters":"\ud800"}""")]
    public void What_is_no_vocabulary_of_characters_is_refused(string json)
    {
        Action read = () => CharVocabulary.FromJson(json);

        read.Should().Throw<InvalidDataException>();
    }

    [Fact]
    public void The_most_frequent_words_come_first_and_ties_in_ordinal_order()
    {
        WordVocabulary vocabulary = WordVocabulary.Build(WordTokenizer.Tokenize("b a c b B a b d"));

        Words(vocabulary).Should().Equal("<unk>", "b", "a", "B", "c", "d");
        vocabulary.Encode(["d", "x", "b"]).Should().Equal(5, 0, 1);
        vocabulary.Decode([1, 0, 2]).Should().Be("b <unk> a");
        (vocabulary.IndexOf("x"), vocabulary.IndexOf("a"), vocabulary.Unknown).Should().Be((-1, 2, "<unk>"));
    }

    [Fact]
    public void Rare_words_are_left_out_by_count_and_by_size()
    {
        string[] words = [.. WordTokenizer.Tokenize("b a c b B a b d")];

        Words(WordVocabulary.Build(words, minimumCount: 2)).Should().Equal("<unk>", "b", "a");
        Words(WordVocabulary.Build(words, maximumSize: 4)).Should().Equal("<unk>", "b", "a", "B");
        Words(WordVocabulary.Build(words, maximumSize: 1)).Should().Equal("<unk>");
    }

    [Fact]
    public void A_text_that_has_the_unknown_word_means_it()
    {
        WordVocabulary vocabulary = WordVocabulary.Build(["<unk>", "a", "<unk>"]);

        Words(vocabulary).Should().Equal("<unk>", "a");
        vocabulary.Encode(["<unk>"]).Should().Equal(0);
        Words(WordVocabulary.Build(["<unk>", "a"], unknown: "?")).Should().Equal("?", "<unk>", "a");
    }

    [Fact]
    public void Words_come_back_from_JSON()
    {
        WordVocabulary vocabulary = WordVocabulary.Build(["\"", "é😀", "\n", "a"]);

        Words(WordVocabulary.FromJson(vocabulary.ToJson())).Should().Equal(Words(vocabulary));
    }

    [Theory]
    [InlineData("""{"words":[]}""")]
    [InlineData("""{"words":["a","a"]}""")]
    [InlineData("""{"words":["a",1]}""")]
    [InlineData("""{"words":"a"}""")]
    [InlineData("""{"characters":"a"}""")]
    [InlineData("""{"words":["a\udc00"]}""")]
    [InlineData("not")]
    public void What_is_no_vocabulary_of_words_is_refused(string json)
    {
        Action read = () => WordVocabulary.FromJson(json);

        read.Should().Throw<InvalidDataException>();
    }

    [Fact]
    public void Ids_and_words_that_are_none_are_named()
    {
        WordVocabulary words = WordVocabulary.Build(["a"]);
        CharVocabulary characters = new("ab"), empty = new("");

        words.Invoking(v => v.Decode([0, 2])).Should().Throw<MalformedDataException>().WithMessage("*ids in [0, 2), but got 2. At row 1*");
        characters.Invoking(v => v.Decode([-1])).Should().Throw<MalformedDataException>().WithParameterName("ids");
        empty.Invoking(v => v.Decode([0])).Should().Throw<MalformedDataException>().WithMessage("*[0, 0)*");
        Action half = () => WordVocabulary.Build(["a", "\ud800"]), none = () => WordVocabulary.Build(["a", null!]);
        half.Should().Throw<MalformedDataException>().WithMessage("*half a surrogate pair. At row 1*");
        none.Should().Throw<MalformedDataException>().WithMessage("*null. At row 1*");
    }

    private static IEnumerable<string> Words(WordVocabulary vocabulary) => Enumerable.Range(0, vocabulary.Count).Select(id => vocabulary[id]);

    /// <summary>Half a surrogate pair, in the text itself and escaped in it.</summary>
    [Fact]
    public void A_vocabulary_that_is_no_Unicode_is_refused()
    {
        string[] wrong =
        [
            "{\"words\":[\"\uD800\"]}", "{\"words\":[\"\\uD800\"]}", "{\"words\":[\"a\"],\"\uDC00\":1}",
            "{\"characters\":\"\uD800\"}", "{\"characters\":\"\\uDC00\"}", "\uD800",
        ];
        foreach (string json in wrong)
        {
            FluentActions.Invoking(() => WordVocabulary.FromJson(json)).Should().ThrowExactly<InvalidDataException>();
            FluentActions.Invoking(() => CharVocabulary.FromJson(json)).Should().ThrowExactly<InvalidDataException>();
        }
    }
}
