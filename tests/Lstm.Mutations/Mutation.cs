namespace Lstm.Mutations;

/// <summary>One wrong term.</summary>
/// <param name="Where">
/// The subject and the numbers of an equation that the statement quotes, "lstm (6)(5)"; for a statement without numbers its type. A nested
/// type may have its outer types before it, and a type may have numbers after it: "GruCell.BackwardGates (6)".
/// </param>
/// <param name="Original">The right text, whose tokens stand there once; blanks, line breaks and comments do not count.</param>
/// <param name="Mutated">The wrong text; empty where the right one is dropped.</param>
internal sealed record Mutation(string Where, string Original, string Mutated)
{
    /// <summary>Where without its numbers: a subject or a type.</summary>
    public string Subject => SubjectOf(Where);

    /// <summary>The numbers, such as "(6)(5)"; empty where the row has none.</summary>
    public string Numbers => Where[Subject.Length..].TrimStart();

    public static string SubjectOf(string where) => where.Split(" (")[0];

    /// <summary>The row as one line of text.</summary>
    public override string ToString() => $"{Where}: {OneLine(Original)} -> {(Mutated.Length == 0 ? "nothing" : OneLine(Mutated))}";

    /// <summary>The row as the first cells of a line of a Markdown table.</summary>
    public string ToMarkdown() => $"| {Where} | {Code(Original)} → {(Mutated.Length == 0 ? "nothing" : Code(Mutated))}";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Code(string text) => Markdown.Code(OneLine(text));
}
