using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Lstm.Mutations;

/// <summary>A token of C#, without what blanks, line breaks and comments are around it.</summary>
internal readonly record struct Word(string Text, int Start)
{
    public int End => Start + Text.Length;

    /// <summary>
    /// The words of a text. It may begin and end anywhere between two tokens: nothing is parsed, so that a part of a statement has the same
    /// words as within its file.
    /// </summary>
    public static Word[] Of(string text) =>
        [.. SyntaxFactory.ParseTokens(text).Where(token => !token.IsKind(SyntaxKind.EndOfFileToken)).Select(OfToken)];

    private static Word OfToken(SyntaxToken token) => new(token.Text, token.SpanStart);
}
