using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Lstm.Mutations;

/// <summary>A part of a source file.</summary>
internal readonly record struct Place(SyntaxTree Tree, TextSpan Span)
{
    public bool Contains(Place other) => Tree == other.Tree && Span.Contains(other.Span);
}
