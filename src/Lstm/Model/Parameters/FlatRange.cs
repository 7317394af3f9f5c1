using System.Numerics;

namespace Lstm;

/// <summary>A part of a model's flat arrays, from the start to before the end.</summary>
internal readonly record struct FlatRange(int Start, int End)
{
    /// <summary>
    /// Returns the parts that are not frozen: one for each run of neighbouring parameters, the whole where none is frozen.
    /// </summary>
    public static FlatRange[] Trained<T>(IEnumerable<Parameter<T>> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<FlatRange> ranges = [];
        int start = 0;
        foreach (Parameter<T> parameter in parameters)
        {
            int end = start + parameter.Length;
            if (!parameter.IsFrozen && ranges.Count > 0 && ranges[^1].End == start)
            {
                ranges[^1] = ranges[^1] with { End = end };
            }
            else if (!parameter.IsFrozen)
            {
                ranges.Add(new(start, end));
            }

            start = end;
        }

        return [.. ranges];
    }

    /// <summary>Returns the overlap with another range; where there is none, an empty range, whose end is not after its start.</summary>
    public FlatRange Within(int start, int end) => new(Math.Max(Start, start), Math.Min(End, end));
}
