using System.Numerics;

namespace Lstm;

/// <summary>Finds numbers that are NaN or infinite.</summary>
internal static class NonFinite
{
    /// <returns>The index of the first number that is NaN or infinite; -1 if there is none.</returns>
    public static int IndexIn<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        for (int k = 0; k < values.Length; k++)
        {
            if (!T.IsFinite(values[k]))
            {
                return k;
            }
        }

        return -1;
    }
}
