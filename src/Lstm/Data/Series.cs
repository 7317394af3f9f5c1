using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm;

/// <summary>A multivariate series: rows in the order of time, [rows, columns], row-major. It takes finite numbers alone.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Series<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T> _values;

    /// <summary>Creates a series without rows, for <see cref="Add"/>.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    public Series(int columns)
    {
        ArgumentOutOfRange.ThrowIfLessThan(columns, 1);
        Columns = columns;
        _values = [];
    }

    /// <summary>Creates a series of given rows.</summary>
    /// <param name="values">The numbers, [rows, columns], which are copied.</param>
    /// <param name="columns">The number of columns.</param>
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

        MalformedDataException.ThrowIfNotFinite(values, columns, nameof(values));
        _values.AddRange(values);
    }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => _values.Count / Columns;

    /// <summary>
    /// The numbers, [rows, columns]. They may be changed in place, as by a <see cref="StandardScaler{T}"/>. Valid until a row is added.
    /// </summary>
    public Span<T> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>Appends a row. After an error the series is as it was.</summary>
    /// <param name="row">The numbers of the row, [columns].</param>
    /// <exception cref="MalformedDataException">The row does not have <see cref="Columns"/> numbers, or one is not finite.</exception>
    public void Add(ReadOnlySpan<T> row)
    {
        if (row.Length != Columns)
        {
            throw new MalformedDataException($"Expected a row of {Columns} numbers, but got {row.Length}.", nameof(row), row: Rows);
        }

        MalformedDataException.ThrowIfNotFinite(row, Columns, nameof(row), firstRow: Rows);
        _values.AddRange(row);
    }

    /// <summary>
    /// The numbers of some rows, [rows, columns], as in <c>series[split.Training]</c>. Valid as long as <see cref="Values"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The series does not have all of these rows.</exception>
    public Span<T> this[Range rows]
    {
        get
        {
            (int start, int count) = rows.Within(Rows, nameof(rows));
            return Values.Slice(start * Columns, count * Columns);
        }
    }
}
