using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Data;

public sealed class WordTokensTests
{
    [Theory]
    [InlineData("Don't panic, R2!", "Don't|panic|,|R2|!")]
    [InlineData("'tis the dogs' l’eau", "'|tis|the|dogs|'|l’eau")]
    [InlineData("a''b o'", "a|'|'|b|o|'")]
    [InlineData(" \t\n\r\n\u00A0\u2028\u3000\u0085", "")]
    [InlineData("x-y a_b a.b a:b me@example.com", "x|-|y|a|_|b|a|.|b|a|:|b|me|@|example|.|com")]
    [InlineData("naïve नमस्ते क्षत्रिय 😀😀", "naïve|नमस्ते|क्षत्रिय|😀|😀")]
    [InlineData("漢字かな カタカナ ไทยคำ", "漢字かな|カタカナ|ไทยคำ")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF 한글", "\u1112\u1161\u11AB\u1100\u1173\u11AF|한글")]
    [InlineData("a\0b", "a|\0|b")]
    public void Words_are_runs_of_letters_and_digits_and_everything_else_stands_alone(string text, string words) => Check(text, words);

    [Theory]
    [InlineData("3.14 1,000", "3.14|1,000")]
    [InlineData("1.2.3 1,000,000.50 v1.2 R2D2.5", "1.2.3|1,000,000.50|v1.2|R2D2.5")]
    [InlineData("3, 3. .5 ,5 1,,000 1..2", "3|,|3|.|.|5|,|5|1|,|,|000|1|.|.|2")]
    [InlineData("-5 10% 1e5 1e-5 12:30 1/2 1;2 $3.50", "-|5|10|%|1e5|1e|-|5|12|:|30|1|/|2|1|;|2|$|3.50")]
    [InlineData("3.a a.3 1'000 80's", "3|.|a|a|.|3|1'000|80's")]
    [InlineData("٣٫١٤ ١٬٠٠٠ ３．１４ １，０００", "٣٫١٤|١٬٠٠٠|３．１４|１，０００")]
    [InlineData("3.\u0301 14", "3|.\u0301|14")]
    [InlineData("3.\u03011 3\u0301.1", "3|.\u0301|1|3\u0301.1")]
    [InlineData("\u0600\u0661\u0662 \u0600", "\u0600\u0661\u0662|\u0600")]
    [InlineData("x² Ⅷ", "x|²|Ⅷ")]
    public void Points_and_commas_join_digits(string text, string words) => Check(text, words);

    [Theory]
    [InlineData("I \u2764\uFE0FNY", "I|\u2764\uFE0F|NY")]
    [InlineData("\u2764\uFE0F", "\u2764\uFE0F")]
    [InlineData("e\u0301t -\u0301a \"\u0301a", "e\u0301t|-\u0301|a|\"\u0301|a")]
    [InlineData("👩\u200D💻", "👩\u200D💻")]
    [InlineData("👨\u200D👩\u200D👧\u200D👦x👍\U0001F3FDy", "👨\u200D👩\u200D👧\u200D👦|x|👍\U0001F3FD|y")]
    [InlineData("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7 1\uFE0F\u20E3 \U0001F44D\U0001F3FD",
        "\U0001F1E9\U0001F1EA|\U0001F1EB\U0001F1F7|1\uFE0F\u20E3|\U0001F44D\U0001F3FD")]
    [InlineData("\U0001F1E9\U0001F1EA\U0001F1EB", "\U0001F1E9\U0001F1EA|\U0001F1EB")]
    [InlineData("1\uFE0F\u20E32\uFE0F\u20E3#\uFE0F\u20E3NY", "1\uFE0F\u20E3|2\uFE0F\u20E3|#\uFE0F\u20E3|NY")]
    [InlineData("1\u20E3a a\u20DDb", "1\u20E3|a|a\u20DDb")]
    [InlineData("\u2139\uFE0Finfo \u2139\uFE0F", "\u2139\uFE0F|info|\u2139\uFE0F")]
    [InlineData("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F!",
        "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F|!")]
    [InlineData("葛\U000E0100城", "葛\U000E0100城")]
    [InlineData("a \u0301b", "a| \u0301|b")]
    [InlineData("\u0301a", "\u0301|a")]
    public void A_grapheme_cluster_is_never_cut(string text, string words) => Check(text, words);

    [Theory]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("co\u00ADop", "co\u00ADop")]
    [InlineData("no\u2060break a\uFEFFb", "no\u2060break|a\uFEFFb")]
    [InlineData("क्\u200Dष त\u200Dx", "क्\u200Dष|त\u200Dx")]
    [InlineData("don\u00AD'\u200Dt 3\u2060.\u206014", "don\u00AD'\u200Dt|3\u2060.\u206014")]
    [InlineData("ไทย\u200Bคำ", "ไทย|คำ")]
    [InlineData("\u200Ba\u200B \u200B", "a")]
    [InlineData("\uFEFFthe cat", "the|cat")]
    [InlineData("\uFEFF", "")]
    [InlineData("\u200Fשלום \u200E\u200F \uFE0F", "שלום")]
    [InlineData("a\u200E. (\u200Fש)", "a\u200E|.|(\u200F|ש|)")]
    [InlineData("co\u00AD\nop", "co\u00AD|op")]
    [InlineData("e\u2060\u0301a", "e\u2060\u0301a")]
    [InlineData(" \u200D \uFE0F", "")]
    public void What_is_not_seen_divides_nothing_and_is_no_word(string text, string words) => Check(text, words);

    [Fact]
    public void Half_a_pair_is_read_as_the_replacement_character()
    {
        Check("a\uD800b", "a|\uFFFD|b");
        Check("\uDC00\u0301 x", "\uFFFD\u0301|x");
        WordTokenizer.Tokenize("TITLE \uD800A", lowerCase: true).Should().Equal("title", "\uFFFD", "a");
    }

    [Theory]
    [InlineData("ÄRGER The İI ΣΑΣ ẞ \u1C89", "ärger|the|İi|σασ|ß|\u1C8A")]
    public void Words_may_be_made_lower_case(string text, string words) => string.Join('|', WordTokenizer.Tokenize(text, lowerCase: true))
        .Should().Be(words);

    /// <summary>
    /// In Turkish, capital I is that of a letter without a dot; where the runtime has no cultures, this is one of its own.
    /// </summary>
    [Fact]
    public void The_culture_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            foreach (CultureInfo present in CulturesThere("tr-TR", "de-DE", "ar-SA", "sv-SE").Append(culture))
            {
                CultureInfo.CurrentCulture = present;
                WordTokenizer.Tokenize("TITLE 3.14 1,000 İI", lowerCase: true).Should().Equal("title", "3.14", "1,000", "İi");
                WordVocabulary.Build(["I", "ı", "i", "z", "å"]).Encode(["I", "i", "ı"]).Should().Equal(1, 2, 5);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>
    /// No cluster is cut, nothing is lost but what only divides or is not seen, no word is white space or unseen as a whole.
    /// </summary>
    [Fact]
    public void Random_texts_are_divided_whole()
    {
        string[] parts =
        [
            "a", "B", "é", "e\u0301", "1", "٣", ".", ",", "'", "’", "-", " ", "\n", "\r\n", "\u200B", "\u200C", "\u200D", "\u00AD",
            "\u2060", "\uFEFF", "\uFE0F", "\u20E3",
            "\u0301", "\u0308", "❤", "👩", "💻", "\U0001F3FD", "\U0001F1E9", "क", "्", "ष", "ि", "\u1100", "\u1161", "\u11A8", "\u0600",
            "漢", "\U000E0067", "\uD800", "\u2139", "_",
        ];
        Gen<string> texts = Gen.Elements(parts).ListOf().Select(list => string.Concat(list));
        Prop.ForAll(texts.ToArbitrary(), CheckWhole).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20261, 1));
    }

    private static void CheckWhole(string text)
    {
        string whole = string.Concat(text.EnumerateRunes());
        HashSet<int> borders = [.. StringInfo.ParseCombiningCharacters(whole), whole.Length];
        int end = 0;
        foreach (string word in WordTokenizer.Tokenize(text))
        {
            int start = whole.IndexOf(word, end, StringComparison.Ordinal);
            start.Should().BeGreaterThanOrEqualTo(end);
            IsUnseen(whole[end..start]).Should().BeTrue();
            end = start + word.Length;
            borders.Should().Contain([start, end]);
            IsUnseen(word).Should().BeFalse();
        }

        IsUnseen(whole[end..]).Should().BeTrue();
    }

    private static bool IsUnseen(string text) =>
        text.EnumerateRunes().All(character => Rune.IsWhiteSpace(character) || Invisible.Is(character));

    /// <summary>None in globalization-invariant mode.</summary>
    private static IEnumerable<CultureInfo> CulturesThere(params string[] names)
    {
        foreach (string name in names)
        {
            CultureInfo? culture = null;
            try
            {
                culture = CultureInfo.GetCultureInfo(name);
            }
            catch (CultureNotFoundException)
            {
            }

            if (culture != null)
            {
                yield return culture;
            }
        }
    }

    private static void Check(string text, string words) => string.Join('|', WordTokenizer.Tokenize(text)).Should().Be(words);
}
