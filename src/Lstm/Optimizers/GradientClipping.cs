using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Kernels;

namespace Lstm;

/// <summary>Limits gradients before a step, against the explosions of back-propagation through time.</summary>
public static class GradientClipping
{
    private const int BlockLength = 1 << 14;
    private const int NumbersPerThread = 1 << 17;

    /// <summary>The Euclidean norm over the gradients of all parameters, summed in double: NaN or infinite where a gradient is.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="threads">As that of <see cref="ByGlobalNorm"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of its range.</exception>
    public static double GlobalNorm<T>(ParameterCollection<T> parameters, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        return Clip(parameters.Gradients, double.PositiveInfinity, Arguments.Threads(threads, nameof(threads)));
    }

    /// <summary>
    /// Clamps every gradient to [-<paramref name="limit"/>, <paramref name="limit"/>]. An infinite one becomes the limit; NaN stays NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0.</exception>
    public static void ByValue<T>(ParameterCollection<T> parameters, double limit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        CheckLimit(limit, nameof(limit));
        T bound = T.CreateTruncating(limit);
        TensorPrimitives.Clamp(parameters.Gradients, -bound, bound, parameters.Gradients);
    }

    /// <summary>
    /// Scales the gradient of every parameter by itself by min(1, <paramref name="maxNorm"/> / norm), where norm is its own Euclidean norm.
    /// </summary>
    /// <returns>
    /// The largest norm before scaling, NaN if one of them is. A gradient whose norm is NaN or infinite is left as it is: skip the step then.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0.</exception>
    public static double ByNorm<T>(ParameterCollection<T> parameters, double maxNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        CheckLimit(maxNorm, nameof(maxNorm));
        double largest = 0;
        for (int k = 0; k < parameters.Count; k++)
        {
            largest = Math.Max(largest, Clip(parameters[k].Gradient, maxNorm, threads: 1));
        }

        return largest;
    }

    /// <summary>
    /// Scales all gradients together by min(1, <paramref name="maxNorm"/> / norm), where norm is the Euclidean norm over all parameters
    /// (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013).
    /// </summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="maxNorm">The largest norm, greater than 0.</param>
    /// <param name="threads">
    /// The largest number of threads that share a large model; 0 for one per processor. Results are the same bits for any number.
    /// </param>
    /// <returns>
    /// The norm before scaling. Where that is NaN or infinite the gradients are left as they are: skip the step then, as an optimiser
    /// would carry the damage into the weights.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not greater than 0, or the number of threads is out of its range.</exception>
    public static double ByGlobalNorm<T>(ParameterCollection<T> parameters, double maxNorm, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using EntryFlag.Scope change = parameters.EnterChange();
        CheckLimit(maxNorm, nameof(maxNorm));
        return Clip(parameters.Gradients, maxNorm, Arguments.Threads(threads, nameof(threads)));
    }

    private static double Clip<T>(Span<T> gradients, double maxNorm, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Blocks blocks = new(gradients.Length, BlockLength);
        Span<double> sums = stackalloc double[Blocks.MaxCount];
        NormWork<T> work = new() { Blocks = blocks, Slices = blocks.Slices(threads, NumbersPerThread), Gradients = gradients, Sums = sums };
        SlicedWork<NormWork<T>>.Run(work.Slices, ref work);
        double norm = 0;
        foreach (double sum in sums[..blocks.Count])
        {
            norm += sum;
        }

        norm = Math.Sqrt(norm);
        if (norm > maxNorm && double.IsFinite(norm))
        {
            work.Factor = T.CreateTruncating(maxNorm / norm);
            SlicedWork<NormWork<T>>.Run(work.Slices, ref work);
        }

        return norm;
    }

    /// <summary>In double: squares of finite floats overflow in float from 1.8e19 on, just where clipping is needed.</summary>
    internal static double SumOfSquares<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int ChunkLength = 512;
        Span<double> chunk = stackalloc double[ChunkLength];
        double sum = 0;
        for (int start = 0; start < values.Length; start += ChunkLength)
        {
            ReadOnlySpan<T> part = values.Slice(start, Math.Min(ChunkLength, values.Length - start));
            TensorPrimitives.ConvertTruncating(part, chunk);
            sum += TensorPrimitives.SumOfSquares<double>(chunk[..part.Length]);
        }

        return sum;
    }

    private static void CheckLimit(double limit, string name)
    {
        if (!(limit > 0))
        {
            throw new ArgumentOutOfRangeException(name, limit, "Expected a limit greater than 0.");
        }
    }

    /// <summary>The sums of squares of blocks; or, with a factor, their scaling.</summary>
    private ref struct NormWork<T> : ISlicedWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Blocks Blocks;
        public int Slices;
        public Span<T> Gradients;
        public Span<double> Sums;
        public T? Factor;

        public readonly void Run(int slice)
        {
            (int first, int end) = WorkerTeam.Slice(Blocks.Count, slice, Slices);
            for (int block = first; block < end; block++)
            {
                (int start, int stop) = Blocks[block];
                Span<T> part = Gradients[start..stop];
                if (Factor is T factor)
                {
                    TensorPrimitives.Multiply(part, factor, part);
                }
                else
                {
                    Sums[block] = SumOfSquares<T>(part);
                }
            }
        }
    }
}
