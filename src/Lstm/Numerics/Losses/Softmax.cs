using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Computes the softmax of one row, with its maximum subtracted.</summary>
internal static unsafe class Softmax
{
    /// <summary>The number of lanes that are summed in their own precision; the sums of such chunks are added in double.</summary>
    private const int LanesOfChunk = 128;

    /// <summary>
    /// Effectively computes <c>sum(exp(logits - max))</c>, and writes the terms to <paramref name="exponentials"/>, which may be the logits
    /// or empty. If one logit is plus infinity, its term is 1 and all other terms are 0; if several are, there is no limit, and the sum is
    /// NaN. If all logits are minus infinity, all terms are 0 and the sum is 1.
    /// </summary>
    public static T SumOfExponentials<T>(ReadOnlySpan<T> logits, Span<T> exponentials, out T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        max = TensorPrimitives.Max(logits);
        if (T.IsInfinity(max))
        {
            return SumOfInfinite(logits, exponentials);
        }

        fixed (T* source = logits, destination = exponentials)
        {
            return destination != null
                ? Exponentials<T, On>(source, logits.Length, max, destination)
                : Exponentials<T, Off>(source, logits.Length, max, null);
        }
    }

    /// <summary>Effectively computes <c>logit - max</c>, but subtracts no infinity from itself.</summary>
    public static Wide Difference(double logit, double max) => logit == max ? double.IsNegativeInfinity(max) ? max : 0 : (Wide)logit - max;

    /// <summary>
    /// Effectively computes <c>sum(logits - logit)</c>, which keeps the digits that a large mean of the logits would cost. The sum is not
    /// finite if a logit is not, or if a difference does not fit into <typeparamref name="T"/>.
    /// </summary>
    public static double SumOfDifferences<T>(ReadOnlySpan<T> logits, T logit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int chunkLength = LanesOfChunk * VectorLane<T>.Count;
        double sum = 0;
        fixed (T* source = logits)
        {
            for (int start = 0; start < logits.Length; start += chunkLength)
            {
                sum += double.CreateTruncating(Differences(source + start, Math.Min(chunkLength, logits.Length - start), logit));
            }
        }

        return sum;
    }

    /// <summary>
    /// Computes the same for logits of any size. The sum is minus infinity if any other logit, or the one that is subtracted, is infinite:
    /// then the logarithm of some probability is minus infinity.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Wide WideSumOfDifferences<T>(ReadOnlySpan<T> logits, T logit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Wide sum = 0;
        bool hasInfinity = false;
        foreach (T other in logits)
        {
            bool isInfinite = other != logit && (T.IsInfinity(other) || T.IsInfinity(logit)) && !T.IsNaN(other);
            hasInfinity |= isInfinite;
            sum += isInfinite || other == logit ? 0 : (Wide)double.CreateTruncating(other) - double.CreateTruncating(logit);
        }

        return hasInfinity && !double.IsNaN(sum.Significand) ? double.NegativeInfinity : sum;
    }

    private static T SumOfInfinite<T>(ReadOnlySpan<T> logits, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            bool isInfinite = T.IsPositiveInfinity(logits[k]);
            count += isInfinite ? 1 : 0;
            if (!exponentials.IsEmpty)
            {
                exponentials[k] = isInfinite ? T.One : T.Zero;
            }
        }

        return count > 1 ? T.NaN : T.One;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Exponentials<T, TStore>(T* source, int count, T max, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStore : ISwitch
    {
        T sum = T.Zero;
        double chunks = 0;
        int k = 0;
        while (k <= count - VectorLane<T>.Count)
        {
            VectorLane<T> sums = default;
            int end = k + Math.Min(count - k, LanesOfChunk * VectorLane<T>.Count);
            for (; k <= end - VectorLane<T>.Count; k += VectorLane<T>.Count)
            {
                VectorLane<T> e = Elementary.Exp<VectorLane<T>, T>(VectorLane<T>.Load(source + k) - VectorLane<T>.Broadcast(max));
                sums += e;
                if (TStore.IsOn)
                {
                    e.Store(destination + k);
                }
            }

            chunks += double.CreateTruncating(VectorLane<T>.Sum(sums));
        }

        for (; k < count; k++)
        {
            ScalarLane<T> e = Elementary.Exp<ScalarLane<T>, T>(ScalarLane<T>.Broadcast(source[k] - max));
            sum += ScalarLane<T>.Sum(e);
            if (TStore.IsOn)
            {
                e.Store(destination + k);
            }
        }

        return T.CreateTruncating(chunks + double.CreateTruncating(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Differences<T>(T* source, int count, T logit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        VectorLane<T> sums = default;
        T sum = T.Zero;
        int k = 0;
        for (; k <= count - VectorLane<T>.Count; k += VectorLane<T>.Count)
        {
            sums += VectorLane<T>.Load(source + k) - VectorLane<T>.Broadcast(logit);
        }

        for (; k < count; k++)
        {
            sum += source[k] - logit;
        }

        return sum + VectorLane<T>.Sum(sums);
    }
}
