using System.Numerics;

namespace Lstm.PublicApi.Tests;

/// <summary>Numbers for inputs and gradients.</summary>
internal static class RandomNumbers
{
    /// <summary>Numbers in [-1, 1) that depend on the seed alone.</summary>
    public static T[] Of<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(2 * random.NextDouble() - 1))];
    }

    /// <summary>Ids in [0, classes).</summary>
    public static int[] Tokens(int count, int classes, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
    }
}
