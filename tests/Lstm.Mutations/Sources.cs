using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Lstm.Mutations;

/// <summary>
/// Finds what rows mean, by types, by the numbers of equations and by tokens: code may move to other files, be indented and wrapped anew.
/// </summary>
internal sealed partial class Sources
{
    private readonly Dictionary<SyntaxTree, Word[]> _words;
    private readonly (string Name, Place Place)[] _types;
    private readonly (string Numbers, Place Place)[] _numbered;

    public Sources(IReadOnlyCollection<SyntaxTree> trees)
    {
        _words = trees.ToDictionary(tree => tree, tree => Word.Of(tree.ToString()));
        SyntaxNode[] roots = [.. trees.Select(tree => tree.GetRoot())];
        _types = [.. roots.SelectMany(root => root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .Select(type => (NameOf(type), PlaceOf(type)))];
        _numbered = [.. roots.SelectMany(root => root.DescendantTrivia()).Where(IsAfterCode)
            .Select(comment => (NumbersOf().Match(comment.ToString()).Groups[1].Value, PlaceOf(StatementOf(comment.Token))))
            .Where(numbered => numbered.Value.Length > 0)];
    }

    /// <summary>All places where the tokens of the right text stand within what the row names.</summary>
    public Place[] Find(Mutation mutation)
    {
        Word[] right = Word.Of(mutation.Original);
        Place[] types = [.. Subjects.TypesOf(mutation.Subject).SelectMany(PlacesOfType)];
        IEnumerable<Place> scopes = mutation.Numbers.Length == 0 ? types : PlacesOfNumbers(mutation.Numbers, types);
        return [.. scopes.SelectMany(scope => Find(right, scope)).Distinct()];
    }

    private IEnumerable<Place> Find(Word[] right, Place scope)
    {
        Word[] words = [.. _words[scope.Tree].Where(word => word.Start >= scope.Span.Start && word.End <= scope.Span.End)];
        for (int k = 0; right.Length > 0 && k <= words.Length - right.Length; k++)
        {
            ArraySegment<Word> part = new(words, k, right.Length);
            if (part.Select(word => word.Text).SequenceEqual(right.Select(word => word.Text)))
            {
                yield return new(scope.Tree, TextSpan.FromBounds(part[0].Start, part[^1].End));
            }
        }
    }

    private IEnumerable<Place> PlacesOfType(string name) => _types
        .Where(type => type.Name == name || type.Name.EndsWith($".{name}", StringComparison.Ordinal))
        .Select(type => type.Place);

    /// <summary>The statements within types that quote all of the numbers.</summary>
    private IEnumerable<Place> PlacesOfNumbers(string numbers, Place[] types)
    {
        string[] each = [.. NumberOf().Matches(numbers).Select(number => number.Value)];
        return _numbered
            .Where(numbered => each.All(number => numbered.Numbers.Contains(number, StringComparison.Ordinal)))
            .Select(numbered => numbered.Place)
            .Where(place => types.Any(type => type.Contains(place)));
    }

    /// <summary>The name of a type after those of the types that it is nested in.</summary>
    private static string NameOf(BaseTypeDeclarationSyntax type) =>
        string.Join('.', type.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>().Reverse().Select(outer => outer.Identifier.Text));

    private static bool IsAfterCode(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && trivia.SpanStart >= trivia.Token.Span.End;

    /// <summary>The innermost statement that has the token; what has no statements is one as a whole.</summary>
    private static SyntaxNode StatementOf(SyntaxToken token) => token.Parent!.AncestorsAndSelf()
        .First(node => node is (StatementSyntax and not BlockSyntax) or MemberDeclarationSyntax or CompilationUnitSyntax);

    private static Place PlaceOf(SyntaxNode node) => new(node.SyntaxTree, node.Span);

    [GeneratedRegex(@"^// ?((?:\([0-9]+[a-z]?\))+)")]
    private static partial Regex NumbersOf();

    [GeneratedRegex(@"\([0-9]+[a-z]?\)")]
    private static partial Regex NumberOf();
}
