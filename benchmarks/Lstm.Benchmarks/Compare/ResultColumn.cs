namespace Lstm.Benchmarks.Compare;

/// <summary>A column of a table of results.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Width">The number of characters; negative for text, which stands on the left.</param>
/// <param name="Text">What stands in the row of a case.</param>
internal sealed record ResultColumn(string Title, int Width, Func<CaseResult, string> Text)
{
    public string Rule => Width < 0 ? new string('-', -Width) : new string('-', Width - 1) + ":";

    public string Pad(string text) => Width < 0 ? text.PadRight(-Width) : text.PadLeft(Width);
}
