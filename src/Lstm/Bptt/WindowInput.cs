namespace Lstm;

/// <summary>The input of a window or of a part of it: vectors [rows, width], or token ids [rows].</summary>
internal readonly ref struct WindowInput<T>
{
    private readonly int _width;

    public WindowInput(ReadOnlySpan<T> values, int width)
    {
        Values = values;
        _width = width;
    }

    public WindowInput(ReadOnlySpan<int> tokens)
    {
        Tokens = tokens;
        IsTokens = true;
    }

    public bool IsTokens { get; }

    public ReadOnlySpan<T> Values { get; }

    public ReadOnlySpan<int> Tokens { get; }

    public WindowInput<T> Rows(int first, int rows) =>
        IsTokens ? new(Tokens.Slice(first, rows)) : new(Values.Slice(first * _width, rows * _width), _width);
}
