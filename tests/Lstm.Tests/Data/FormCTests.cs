using System.Security.Cryptography;
using System.Text;

namespace Lstm.Tests.Data;

/// <summary>
/// Form C and lower case, in globalization-invariant mode, too, where the runtime has neither. The digests are those of
/// generate_unicode.mjs: what the ICU of Node.js makes of the same texts.
/// </summary>
public sealed class FormCTests
{
    private static readonly int[] s_all = [.. Enumerable.Range(0, 0x110000).Where(Rune.IsValid)];

    [Theory]
    [InlineData("cafe\u0301", "caf\u00E9")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\u1112\u1161\u11A7", "\uD558\u11A7")]
    [InlineData("\u212B\u2126\uF900", "\u00C5\u03A9\u8C48")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("\u0958 \u0344", "\u0915\u093C \u0308\u0301")]
    [InlineData("a\u0300\u0301 a\u0315\u0300", "\u00E0\u0301 \u00E0\u0315")]
    [InlineData("a\u0310\u0301", "a\u0310\u0301")]
    [InlineData("\u0301a\u0301", "\u0301\u00E1")]
    [InlineData("x\u0301\u0323e", "x\u0323\u0301e")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("plain text", "plain text")]
    [InlineData("", "")]
    public void Texts_are_composed(string text, string expected)
    {
        FormC.Of(text).Should().Be(expected);
        FormC.Of(expected).Should().Be(expected);
    }

    [Fact]
    public void Half_a_surrogate_pair_stays() => FormC.Of("e\u0301\uD800\u0301 \uDC00").Should().Be("\u00E9\uD800\u0301 \uDC00");

    [Fact]
    public void What_is_in_form_C_is_not_copied()
    {
        string text = new(['n', '\u00E9', 'क', '\u6F22', '\uD83D', '\uDE00', 'x']);

        FormC.Of(text).Should().BeSameAs(text);
    }

    [Fact]
    public void Every_character_is_as_elsewhere() => DigestOf(s_all.Select(code => FormC.Of(char.ConvertFromUtf32(code))))
        .Should().Be("900f12a0fd5b368b56e972d9dcc9cc0584951930f9d9724d079e44f36f332796");

    [Fact]
    public void Random_texts_are_as_elsewhere()
    {
        int[] pool = [.. s_all.Where(IsInPool)];
        DigestOf(pool.Select(char.ConvertFromUtf32))
            .Should().Be("9c7778c7cce56fc4af4fdf8eddd364fb33a8a800c76854fc18a07091e5b99de9", "the texts are to be the same");
        uint state = 2463534242;
        int Next(int count)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (int)(state % (uint)count);
        }

        List<string> texts = [];
        for (int k = 0; k < 40_000; k++)
        {
            StringBuilder text = new();
            for (int length = 1 + Next(8); length > 0; length--)
            {
                text.Append(Next(2) == 0 ? char.ConvertFromUtf32(pool[Next(pool.Length)]) : Decomposed(pool[Next(pool.Length)]));
            }

            texts.Add(FormC.Of(text.ToString()));
        }

        DigestOf(texts).Should().Be("a98f08b99d6690dec99529584158f650ee208b45bc74ffc6ff30f95e1b8604dc");
        texts.Take(2000).Should().OnlyContain(text => FormC.Of(text) == text);
    }

    [Fact]
    public void Lower_case_is_as_elsewhere() => DigestOf(s_all.Select(code => LowerCase.Of(char.ConvertFromUtf32(code))))
        .Should().Be("abcccd34fef982ae62b642c2db031ce3e81d9bd925c7901c16e535c5ba7941a7");

    /// <summary>A text of one base and very many marks, in the worst order, takes no more than linear time and a logarithm.</summary>
    [Fact]
    public void Marks_without_end_are_sorted()
    {
        const int Count = 200_000;
        string text = "a" + string.Concat(Enumerable.Repeat("\u0301\u0323\u0334", Count));

        FormC.Of(text).Should().Be("\u1EA1" + new string('\u0334', Count) + new string('\u0323', Count - 1) + new string('\u0301', Count));
    }

    [Theory]
    [InlineData("e\u0301e\u0301x", 2, 4)]
    [InlineData("e\u0301e\u0301x", 1, 2)]
    [InlineData("x", 0, 0)]
    public void A_place_in_the_form_has_one_in_the_text(string text, int index, int start) =>
        FormC.SegmentAt(text, index).Start.Value.Should().Be(start);

    private static bool IsInPool(int code) =>
        UnicodeData.Instance.Decompose(code) != null || UnicodeData.Instance.ClassOf(code) > 0
        || code is >= 0x1100 and <= 0x11FF or >= 'a' and <= 'z';

    private static string Decomposed(int code) =>
        UnicodeData.Instance.Decompose(code) is { } parts ? string.Concat(parts.Select(Decomposed)) : char.ConvertFromUtf32(code);

    private static string DigestOf(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));
}
