namespace Lstm.Mutations;

/// <summary>Text as code in a cell of a Markdown table, where a bar would end the cell.</summary>
internal static class Markdown
{
    public static string Code(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    /// <summary>The text of the first code in a cell.</summary>
    public static string TextOf(string cell) => cell.Split('`')[1].Replace("\\|", "|", StringComparison.Ordinal);
}
