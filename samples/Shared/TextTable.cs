using System.Text;

namespace Lstm.Samples;

/// <summary>Lays out results as lines of text: the first column to the left, the others to the right.</summary>
public static class TextTable
{
    private const string Gap = "   ";

    /// <summary>The lines, under that of the headings; none has blanks at its end.</summary>
    public static string Draw(IReadOnlyList<string> headings, params IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [headings, .. rows];
        int[] widths = [.. Enumerable.Range(0, headings.Count).Select(column => lines.Max(line => line[column].Length))];
        StringBuilder text = new();
        foreach (IReadOnlyList<string> line in lines)
        {
            IEnumerable<string> cells = line.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            text.Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
