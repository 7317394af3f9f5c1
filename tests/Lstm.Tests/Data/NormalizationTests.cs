using System.Text;

namespace Lstm.Tests.Data;

/// <summary>What vocabularies make of the same text in other forms, of byte order marks, and of characters that they do not have.</summary>
public sealed class NormalizationTests
{
    private const string Composed = "caf\u00E9", Apart = "cafe\u0301";

    [Fact]
    public void A_text_has_the_same_ids_in_every_form()
    {
        CharVocabulary characters = new(Composed), others = new(Apart);
        WordVocabulary words = WordVocabulary.Build(WordTokenizer.Tokenize(Apart + " a " + Composed));

        characters.Encode(Apart).Should().Equal(characters.Encode(Composed)).And.HaveCount(4);
        others.ToString().Should().Be(characters.ToString()).And.Be("acf\u00E9");
        characters.Decode(characters.Encode(Apart)).Should().Be(Composed);
        characters.UnknownIn(Apart).Should().BeEmpty();
        new CharVocabulary("\u00C5").IndexOf(new Rune('\u212B')).Should().Be(0);
        (words.Count, words[1]).Should().Be((3, Composed), "both are one word");
        words.Encode(WordTokenizer.Tokenize(Apart)).Should().Equal(1);
        words.IndexOf(Apart).Should().Be(1);
        WordVocabulary.Build([Apart, "b"], unknown: Apart).Encode([Composed, "b"]).Should().Equal(0, 1);
    }

    [Fact]
    public void Without_normalisation_a_text_is_taken_as_it_is()
    {
        CharVocabulary characters = new(Composed + Apart, normalize: false);
        WordVocabulary words = WordVocabulary.Build([Composed, Apart], normalize: false);

        characters.ToString().Should().Be("acef\u00E9\u0301");
        characters.Decode(characters.Encode(Apart)).Should().Be(Apart);
        words.Count.Should().Be(3);
        words.Encode([Apart, Composed]).Should().Equal(1, 2);
        (characters.Normalizes, words.Normalizes).Should().Be((false, false));
        new CharVocabulary("\u00C5", normalize: false).IndexOf(new Rune('\u212B')).Should().Be(-1);
    }

    [Fact]
    public void Files_keep_the_option_and_those_of_0_1_0_have_none()
    {
        CharVocabulary characters = new("z\u0301b x\u0301"), old = CharVocabulary.FromJson("""{"characters":"acf\u00e9"}""");
        WordVocabulary words = WordVocabulary.Build([Apart]), oldWords = WordVocabulary.FromJson("""{"words":["<unk>","caf\u00e9"]}""");

        characters.ToJson().Should().Be("{\"characters\":\" bx\u017A\u0301\",\"normalization\":\"C\"}");
        CharVocabulary.FromJson(characters.ToJson()).Should().BeEquivalentTo(new { Normalizes = true, Count = 5 });
        CharVocabulary.FromJson(characters.ToJson()).ToString().Should().Be(characters.ToString());
        words.ToJson().Should().Be("{\"words\":[\"<unk>\",\"caf\u00E9\"],\"normalization\":\"C\"}");
        WordVocabulary.FromJson(words.ToJson()).Encode([Apart]).Should().Equal(1);
        old.Normalizes.Should().BeFalse();
        old.Invoking(vocabulary => vocabulary.Encode(Apart)).Should().Throw<MalformedDataException>();
        oldWords.Encode([Apart, Composed]).Should().Equal(0, 1);
        new CharVocabulary("ab", normalize: false).ToJson().Should().Be("""{"characters":"ab"}""");
        FluentActions.Invoking(() => CharVocabulary.FromJson("""{"characters":"a","normalization":"KC"}"""))
            .Should().Throw<InvalidDataException>().WithMessage("*'C'*'KC'*");
        FluentActions.Invoking(() => WordVocabulary.FromJson("""{"words":["a"],"normalization":1}"""))
            .Should().Throw<InvalidDataException>();
        FluentActions.Invoking(() => WordVocabulary.FromJson("""{"words":["<unk>","e\u0301"],"normalization":"C"}"""))
            .Should().Throw<InvalidDataException>().WithMessage("*form C*'e\u0301'*'\u00e9'*");
        FluentActions.Invoking(() => CharVocabulary.FromJson("""{"characters":"a\u212b","normalization":"C"}"""))
            .Should().Throw<InvalidDataException>().WithMessage("*form C*'\u212b'*'\u00c5'*");
    }

    /// <summary>Sorted, the accent may stand behind a letter that it would be composed with.</summary>
    [Fact]
    public void Characters_are_made_again_from_their_own_order()
    {
        CharVocabulary vocabulary = new("z x\u0301");
        vocabulary.ToString().Should().Be(" xz\u0301");

        new CharVocabulary(vocabulary.ToString(), normalize: false).ToString().Should().Be(" xz\u0301");
        CharVocabulary.FromJson(vocabulary.ToJson()).Encode("z x\u0301").Should().Equal(2, 0, 1, 3);
    }

    [Fact]
    public void A_byte_order_mark_at_the_beginning_is_skipped()
    {
        CharVocabulary vocabulary = new("\uFEFFthe cat"), within = new("a\uFEFFb", normalize: false);

        vocabulary.ToString().Should().Be(" aceht");
        vocabulary.Encode("\uFEFFthe").Should().Equal(vocabulary.Encode("the")).And.HaveCount(3);
        vocabulary.UnknownIn("\uFEFFthe").Should().BeEmpty();
        new CharVocabulary("the", unknown: new Rune('?')).Encode("\uFEFFthe").Should().HaveCount(3);
        vocabulary.Invoking(v => v.Encode("the\uFEFF"))
            .Should().Throw<MalformedDataException>().WithMessage("*got U+FEFF. It is at index 3*");
        within.Encode("\uFEFFa").Should().Equal(2, 0);
        CharVocabulary.FromJson("""{"characters":"a\ufeff"}""").Encode("\uFEFFa").Should().Equal(1, 0);
    }

    [Theory]
    [InlineData("abc", "ab q", 3,
        "'q' (U+0071). It is at index 3 of the text. Leave it out, make the vocabulary of a text that has it, or give the vocabulary an Unknown")]
    [InlineData("abc", "ab\u0000", 2, "got U+0000. It is at index 2 of the text.")]
    [InlineData("abc", "ab\u00A0", 2, "got U+00A0. ")]
    [InlineData("abc", "a\u200Db", 1, "got U+200D. ")]
    [InlineData("a\n\r", "a\r\na\ra\n aé", 9, "'é' (U+00E9). It is at index 9 of the text, line 4, column 3.")]
    [InlineData("a\n", "aé\na", 1, "It is at index 1 of the text, line 1, column 2.")]
    [InlineData("😀\n", "😀\n😀😀a", 4, "'a' (U+0061). It is at index 7 of the text, line 2, column 3.")]
    [InlineData("é", "e\u0301e\u0301\u0323e\u0301", 1, "'ẹ' (U+1EB9). It is at index 2 of the text.")]
    [InlineData("é", "e\u0301e\u0301x\u0301", 2, "'x' (U+0078). It is at index 4 of the text.")]
    [InlineData("éx", "e\u0301x\u0301", 2, "got U+0301. It is at index 3 of the text.")]
    [InlineData("éx", "\uFEFFe\u0301x\u0301", 2, "got U+0301. It is at index 4 of the text.")]
    public void An_unknown_character_is_told_with_its_place(string known, string text, int row, string message)
    {
        CharVocabulary vocabulary = new(known + " ");

        MalformedDataException error = vocabulary.Invoking(v => v.Encode(text)).Should().Throw<MalformedDataException>().Which;

        error.Message.Should().Contain(message).And.NotContain("At row");
        (error.Row, error.ParamName).Should().Be((row, "text"));
    }

    [Fact]
    public void Words_that_are_none_are_told()
    {
        WordVocabulary vocabulary = WordVocabulary.Build(["a"]);

        vocabulary.Invoking(v => v.Encode(["a", null!])).Should().Throw<MalformedDataException>().WithMessage("*null*row 1*");
        vocabulary.Invoking(v => v.IndexOf(null!)).Should().Throw<ArgumentNullException>().WithParameterName("word");
        vocabulary.Encode(["\uD800"]).Should().Equal(0);
        new CharVocabulary("a").Invoking(v => v.Encode("a\uD800"))
            .Should().Throw<MalformedDataException>().WithMessage("*(U+FFFD). It is at index 1 of*");
    }
}
