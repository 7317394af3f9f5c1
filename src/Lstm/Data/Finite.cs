using System.Globalization;
using System.Numerics;

namespace Lstm;

/// <summary>Refuses numbers that are NaN or infinite.</summary>
internal static class Finite
{
    /// <exception cref="MalformedDataException">A number of [rows, columns] is not finite; the message names the first one.</exception>
    public static void Check<T>(ReadOnlySpan<T> values, int columns, string argument, int? sequence = null, int firstRow = 0)
        where T : INumberBase<T>
    {
        for (int k = 0; k < values.Length; k++)
        {
            if (!T.IsFinite(values[k]))
            {
                string number = values[k].ToString(null, CultureInfo.InvariantCulture);
                throw new MalformedDataException(
                    $"Expected a finite number, but got {number}.", argument, sequence, firstRow + k / columns, k % columns);
            }
        }
    }
}
