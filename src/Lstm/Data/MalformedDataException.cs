using System.Numerics;

namespace Lstm;

/// <summary>
/// Tells of data that a model cannot be trained on: a number that is not finite, a row of the wrong width, a label out of range. It says
/// where they are, so that a program that knows their file, line and column can name these together with <see cref="Reason"/>.
/// </summary>
public sealed class MalformedDataException : ArgumentException
{
    /// <summary>Creates an error at a place in the data.</summary>
    /// <param name="reason">A sentence that says what was expected and what came.</param>
    /// <param name="argument">The argument that is wrong.</param>
    /// <param name="sequence">The sequence of a set, from 0; null if there is only one sequence.</param>
    /// <param name="row">
    /// The row of a series, the step of a sequence or the number of a token, from 0; null if the error is not about a single one.
    /// </param>
    /// <param name="column">The column of a row, from 0; null if the error is not about a single one.</param>
    public MalformedDataException(string reason, string argument, int? sequence = null, int? row = null, int? column = null)
        : this(Describe(reason, sequence, row, column), reason, argument, (sequence, row, column))
    {
    }

    private MalformedDataException(string message, string reason, string argument, (int? Sequence, int? Row, int? Column) place)
        : base(message, argument)
    {
        Reason = reason;
        (Sequence, Row, Column) = place;
    }

    /// <summary>The sentence that says what was expected and what came, without the place.</summary>
    public string Reason { get; }

    /// <summary>The sequence of a set, from 0; null if there is only one sequence.</summary>
    public int? Sequence { get; }

    /// <summary>
    /// The row of a series, the step of a sequence or the number of a token, from 0; null if the error is not about a single one.
    /// </summary>
    public int? Row { get; }

    /// <summary>The column of a row, from 0; null if the error is not about a single one.</summary>
    public int? Column { get; }

    /// <summary>Creates an error in a text, where the number of a row says little.</summary>
    /// <param name="reason">A sentence that says what was expected and what came.</param>
    /// <param name="argument">The argument that is wrong.</param>
    /// <param name="row">The number of the token, from 0.</param>
    /// <param name="place">Sentences that say where it is in the text and what can be done.</param>
    internal static MalformedDataException InText(string reason, string argument, int row, string place) =>
        new($"{reason} {place}", reason, argument, (null, row, null));

    /// <exception cref="MalformedDataException">A number of [rows, columns] is not finite; the message names the first one.</exception>
    internal static void ThrowIfNotFinite<T>(
        ReadOnlySpan<T> values, int columns, string argument, int? sequence = null, int firstRow = 0)
        where T : INumberBase<T>
    {
        int k = NonFinite.IndexIn(values);
        if (k >= 0)
        {
            throw new MalformedDataException(
                $"Expected a finite number, but got {values[k]}.", argument, sequence, firstRow + k / columns, k % columns);
        }
    }

    private static string Describe(string reason, int? sequence, int? row, int? column)
    {
        (string Name, int? Index)[] place = [("sequence", sequence), ("row", row), ("column", column)];
        string where = string.Join(", ", place.Where(part => part.Index is not null).Select(part => $"{part.Name} {part.Index}"));
        return where == "" ? reason : $"{reason} At {where}.";
    }
}
