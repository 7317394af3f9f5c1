using System.Globalization;
using System.Text;

namespace System.Runtime.CompilerServices;

/// <summary>
/// Makes the texts of <c>$"..."</c> in the invariant culture. The compiler prefers this type to the runtime's own type of the same name,
/// whose texts follow the culture of the thread: messages and files would have -0,5 in one country and -0.5 in another. Every project
/// compiles this file.
/// </summary>
[InterpolatedStringHandler]
internal ref struct DefaultInterpolatedStringHandler
{
    private const int GuessedLength = 8;

    private readonly StringBuilder _text;
    private StringBuilder.AppendInterpolatedStringHandler _handler;

    /// <summary>Begins a text.</summary>
    /// <param name="literalLength">The number of characters between the values.</param>
    /// <param name="formattedCount">The number of values.</param>
    public DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + GuessedLength * formattedCount);
        _handler = new(literalLength, formattedCount, _text, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _handler.AppendLiteral(value);

    public void AppendFormatted<T>(T value)
    {
        if (value is Enum member)
        {
            _handler.AppendFormatted(Text(member));
        }
        else
        {
            _handler.AppendFormatted(value);
        }
    }

    public void AppendFormatted<T>(T value, string? format) => _handler.AppendFormatted(value, format);

    public void AppendFormatted<T>(T value, int alignment) => _handler.AppendFormatted(value, alignment);

    public void AppendFormatted<T>(T value, int alignment, string? format) => _handler.AppendFormatted(value, alignment, format);

    public void AppendFormatted(ReadOnlySpan<char> value) => _handler.AppendFormatted(value);

    public void AppendFormatted(ReadOnlySpan<char> value, int alignment = 0, string? format = null) =>
        _handler.AppendFormatted(value, alignment, format);

    public void AppendFormatted(string? value) => _handler.AppendFormatted(value);

    public void AppendFormatted(string? value, int alignment = 0, string? format = null) =>
        _handler.AppendFormatted(value, alignment, format);

    public void AppendFormatted(object? value, int alignment = 0, string? format = null) =>
        _handler.AppendFormatted(value, alignment, format);

    public readonly string ToStringAndClear() => _text.ToString();

    // An enumeration takes no culture: it writes a number that is not one of its members in the culture of the thread.
    private static string Text(Enum member)
    {
        string text = member.ToString();
        return char.IsAsciiLetter(text[0])
            ? text
            : Convert.ToInt64(member, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }
}
