namespace Lstm.Mutations;

/// <summary>One wrong term.</summary>
/// <param name="File">The source file, relative to src/Lstm.</param>
/// <param name="Original">The right text, which stands there once.</param>
/// <param name="Mutated">The wrong text; empty where the right one is dropped.</param>
internal sealed record Mutation(string File, string Original, string Mutated)
{
    /// <summary>The row as one line of text.</summary>
    public override string ToString() => $"{File}: {OneLine(Original)} -> {(Mutated.Length == 0 ? "nothing" : OneLine(Mutated))}";

    /// <summary>The row as the first cells of a line of a Markdown table.</summary>
    public string ToMarkdown() => $"| {File} | {Code(Original)} → {(Mutated.Length == 0 ? "nothing" : Code(Mutated))}";

    public bool StandsOnceIn(string source)
    {
        int first = source.IndexOf(Original, StringComparison.Ordinal);
        return first >= 0 && source.IndexOf(Original, first + 1, StringComparison.Ordinal) < 0;
    }

    public string Apply(string source) => source.Replace(Original, Mutated, StringComparison.Ordinal);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Code(string text) => Markdown.Code(OneLine(text));
}
