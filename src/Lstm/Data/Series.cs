using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm;

/// <summary>A multivariate series: rows in the order of time, [rows, columns], row-major. All its numbers are finite.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Series<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T> _values;

    /// <summary>A series without rows, to <see cref="Add"/> them to.</summary>
    /// <param name="columns">The numbers of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    public Series(int columns)
    {
        ArgumentOutOfRange.ThrowIfLessThan(columns, 1);
        Columns = columns;
        _values = [];
    }

    /// <summary>A series of all its rows.</summary>
    /// <param name="values">[rows, columns]; copied.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    /// <exception cref="MalformedDataException">The last row is not complete, or a number is not finite.</exception>
    public Series(ReadOnlySpan<T> values, int columns)
        : this(columns)
    {
        if (values.Length % columns != 0)
        {
            throw new MalformedDataException(
                $"Expected rows of {columns} numbers, but the last of {values.Length} has {values.Length % columns}.",
                nameof(values),
                row: values.Length / columns);
        }

        Finite.Check(values, columns, nameof(values));
        _values.AddRange(values);
    }

    /// <summary>The numbers of a row.</summary>
    public int Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => _values.Count / Columns;

    /// <summary>[rows, columns]; to be changed in place, as by a <see cref="StandardScaler{T}"/>. Valid until a row is added.</summary>
    public Span<T> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>Appends a row; on an error the series is as it was.</summary>
    /// <param name="row">[columns].</param>
    /// <exception cref="MalformedDataException">The row has another width, or a number that is not finite.</exception>
    public void Add(ReadOnlySpan<T> row)
    {
        if (row.Length != Columns)
        {
            throw new MalformedDataException($"Expected a row of {Columns} numbers, but got {row.Length}.", nameof(row), row: Rows);
        }

        Finite.Check(row, Columns, nameof(row), firstRow: Rows);
        _values.AddRange(row);
    }

    /// <summary>The numbers of some rows, [rows, columns], as in <c>series[split.Training]</c>; as <see cref="Values"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The series has not all of these rows.</exception>
    public Span<T> this[Range rows]
    {
        get
        {
            (int start, int count) = rows.Within(Rows, nameof(rows));
            return Values.Slice(start * Columns, count * Columns);
        }
    }
}
