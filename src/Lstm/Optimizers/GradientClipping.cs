using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Limits gradients before a step, because they can explode in back-propagation through time.</summary>
public static class GradientClipping
{
    private const int BlockLength = 1 << 14;
    private const int NumbersPerThread = 1 << 17;

    /// <summary>
    /// Computes the Euclidean norm over the gradients of all parameters that are not frozen, in double and over its whole range: the norm
    /// is NaN or infinite only where a gradient is.
    /// </summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="threads">The largest number of threads, as for <see cref="ByGlobalNorm"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of its range.</exception>
    public static double GlobalNorm<T>(ParameterCollection<T> parameters, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        return ClipAll(parameters, double.PositiveInfinity, Arguments.Threads(threads, nameof(threads)));
    }

    /// <summary>
    /// Clamps every gradient to [-<paramref name="limit"/>, <paramref name="limit"/>]. An infinite gradient becomes the limit; NaN stays
    /// NaN. Frozen parameters are left as they are.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The limit is not greater than 0, or becomes 0 or infinite as a <typeparamref name="T"/>.
    /// </exception>
    public static void ByValue<T>(ParameterCollection<T> parameters, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        CheckLimit<T>(limit, nameof(limit));
        T bound = T.CreateTruncating(limit);
        foreach (FlatRange range in parameters.Trained)
        {
            Span<T> part = parameters.ClippedGradients[range.Start..range.End];
            TensorPrimitives.Clamp(part, -bound, bound, part);
        }

        // NaN stays NaN: gradients that were not known to be finite are still not known to be finite.
        parameters.GradientBound = parameters.GradientBound is double known && double.IsFinite(known) ? Math.Min(known, limit) : null;
    }

    /// <summary>
    /// Scales the gradient of each parameter on its own by min(1, <paramref name="maxNorm"/> / norm), where norm is the Euclidean norm of
    /// that gradient. Frozen parameters are left as they are.
    /// </summary>
    /// <returns>
    /// The largest norm before scaling; NaN if a norm is NaN. A gradient whose norm is NaN or infinite is left as it is: skip the step in
    /// that case.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The limit is not greater than 0, or becomes 0 or infinite as a <typeparamref name="T"/>.
    /// </exception>
    public static double ByNorm<T>(ParameterCollection<T> parameters, double maxNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        CheckLimit<T>(maxNorm, nameof(maxNorm));
        double largest = 0;
        for (int k = 0; k < parameters.Count; k++)
        {
            if (!parameters[k].IsFrozen)
            {
                double norm = Clip(parameters[k].Gradient, [new(0, parameters[k].Length)], maxNorm, threads: 1);
                largest = Math.Max(largest, norm);
            }
        }

        parameters.GradientBound = BoundOf(largest, maxNorm);
        return largest;
    }

    /// <summary>
    /// Scales all gradients together by min(1, <paramref name="maxNorm"/> / norm), where norm is the Euclidean norm over all parameters
    /// (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013). Frozen parameters are left as they are, and do
    /// not count.
    /// </summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="maxNorm">The largest norm, greater than 0.</param>
    /// <param name="threads">
    /// The largest number of threads among which a large model is shared; default: 0, for one per processor. The results have the same bits
    /// for any number.
    /// </param>
    /// <returns>
    /// The norm before scaling; the largest double where the norm exceeds it. Where a gradient is NaN or infinite, so is the norm, and the
    /// gradients are left as they are: skip the step in that case, as an optimiser would refuse it.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The limit is not greater than 0, or becomes 0 or infinite as a <typeparamref name="T"/>, or the number of threads is out of its
    /// range.
    /// </exception>
    public static double ByGlobalNorm<T>(ParameterCollection<T> parameters, double maxNorm, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        CheckLimit<T>(maxNorm, nameof(maxNorm));
        return ClipAll(parameters, maxNorm, Arguments.Threads(threads, nameof(threads)));
    }

    /// <summary>
    /// Returns a bound on every gradient after clipping; null where a gradient was not finite, as clipping leaves it as it is.
    /// </summary>
    private static double? BoundOf(double norm, double maxNorm) => double.IsFinite(norm) ? Math.Min(norm, 2 * maxNorm) : null;

    private static double ClipAll<T>(ParameterCollection<T> parameters, double maxNorm, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double norm = Clip(parameters.ClippedGradients, parameters.Trained, maxNorm, threads);
        parameters.GradientBound = BoundOf(norm, maxNorm);
        return norm;
    }

    private static double Clip<T>(Span<T> gradients, ReadOnlySpan<FlatRange> ranges, double maxNorm, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Blocks blocks = new(gradients.Length, BlockLength);
        Span<SquareSum> sums = stackalloc SquareSum[Blocks.MaxCount];
        NormWork<T> work = new()
        {
            Blocks = blocks,
            Slices = blocks.Slices(threads, NumbersPerThread),
            Gradients = gradients,
            Ranges = ranges,
            Sums = sums,
        };
        SlicedWork<NormWork<T>>.Run(work.Slices, ref work);
        SquareSum total = default;
        foreach (ref readonly SquareSum sum in sums[..blocks.Count])
        {
            total.Add(sum);
        }

        GradientFactor<T> factor = GradientFactor<T>.Of(total, maxNorm);
        if (!factor.IsOne)
        {
            work.Factor = factor;
            SlicedWork<NormWork<T>>.Run(work.Slices, ref work);
        }

        return total.Root;
    }

    /// <summary>Checks a limit; infinity means no limit.</summary>
    private static void CheckLimit<T>(double limit, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(limit > 0) || !(double.IsInfinity(limit) || Arguments.IsRepresentable<T>(limit)))
        {
            throw ArgumentOutOfRange.Error(
                name, limit, $"Expected a limit greater than 0 that becomes neither 0 nor infinite as {typeof(T).Name}.");
        }
    }

    /// <summary>Computes the sums of squares of blocks or, with a factor, scales the blocks.</summary>
    private ref struct NormWork<T> : ISlicedWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Blocks Blocks;
        public int Slices;
        public Span<T> Gradients;
        public ReadOnlySpan<FlatRange> Ranges;
        public Span<SquareSum> Sums;
        public GradientFactor<T>? Factor;

        public readonly void Run(int slice)
        {
            (int first, int end) = WorkerTeam.Slice(Blocks.Count, slice, Slices);
            for (int block = first; block < end; block++)
            {
                (int start, int stop) = Blocks[block];
                Sums[block] = default;
                foreach (FlatRange range in Ranges)
                {
                    (int from, int to) = range.Within(start, stop);
                    if (from < to)
                    {
                        Run(block, Gradients[from..to]);
                    }
                }
            }
        }

        private readonly void Run(int block, Span<T> part)
        {
            if (Factor is GradientFactor<T> factor)
            {
                factor.Apply(part);
            }
            else
            {
                Sums[block].Add(SquareSum.Of<T>(part));
            }
        }
    }
}
