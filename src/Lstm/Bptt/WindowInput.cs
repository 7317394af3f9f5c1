namespace Lstm;

/// <summary>The input of a window or of a part of it: vectors [rows, width], or token ids [rows].</summary>
internal readonly ref struct WindowInput<T>
{
    private readonly ReadOnlySpan<T> _values;
    private readonly ReadOnlySpan<int> _tokens;
    private readonly int _width;

    public WindowInput(ReadOnlySpan<T> values, int width)
    {
        _values = values;
        _width = width;
    }

    public WindowInput(ReadOnlySpan<int> tokens)
    {
        _tokens = tokens;
        IsTokens = true;
    }

    public bool IsTokens { get; }

    public ReadOnlySpan<T> Values => _values;

    public ReadOnlySpan<int> Tokens => _tokens;

    public WindowInput<T> Rows(int first, int rows) =>
        IsTokens ? new(_tokens.Slice(first, rows)) : new(_values.Slice(first * _width, rows * _width), _width);
}
