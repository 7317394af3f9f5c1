using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Keeps numbers that are not finite out of weights and moments. The price is one more reading of the gradients, unless clipping has just
/// read them. A step whose gradients, velocities and learning rate are not large cannot overflow. A step that could overflow is tried
/// first: it is done block by block, examined, and undone.
/// </summary>
/// <remarks>docs/optimizers.md has the reasons for the limits.</remarks>
internal sealed class OverflowGuard<T>(Optimizer<T> optimizer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int NumbersPerThread = 1 << 17;

    /// <summary>The magnitude up to which squares, and sums of them, are harmless: 2^50 or 2^480.</summary>
    private static readonly double s_largest = Math.ScaleB(1, typeof(T) == typeof(float) ? 50 : 480);

    /// <summary>
    /// A number below half of the last digit of the largest finite number: no finite number becomes infinite when it is added.
    /// </summary>
    private static readonly double s_harmless = Math.ScaleB(1, typeof(T) == typeof(float) ? 102 : 968);

    private readonly ParameterCollection<T> _parameters = optimizer.Parameters;

    /// <summary>Whether velocities, means and weights may be large, so that the next step has to be tried.</summary>
    public bool StateIsUnknown { get; set; }

    /// <summary>Returns whether a step could end with a number that is not finite.</summary>
    /// <param name="ranges">The ranges that the step trains.</param>
    public bool MustTry(ReadOnlySpan<ParameterRange> ranges)
    {
        double rate = 0, shrink = 0;
        bool addsDecay = false;
        foreach (ref readonly ParameterRange range in ranges)
        {
            double ofRange = optimizer.LearningRate * range.LearningRateFactor;
            rate = Math.Max(rate, ofRange);
            shrink = Math.Max(shrink, optimizer.IsDecayDecoupled ? ofRange * range.WeightDecay : 0);
            addsDecay |= range.WeightDecay > 0 && !optimizer.IsDecayDecoupled;
        }

        bool isTame = !StateIsUnknown && shrink <= 1 && rate * optimizer.LargestStep(s_largest) <= s_harmless;
        bool isBounded = _parameters.GradientBound <= s_largest && !addsDecay;
        return !(isTame && (isBounded || AreSmall(ranges)));
    }

    /// <summary>Does the step block by block, and undoes each block.</summary>
    /// <returns>The error that names a number which would be NaN or infinite after the step, or null.</returns>
    public NonFiniteException? Try(ReadOnlySpan<ParameterRange> ranges, int blockLength)
    {
        OptimizerBuffer<T>[] buffers = [.. optimizer.Buffers];
        T[][] before = [.. Enumerable.Range(0, buffers.Length + 2).Select(_ => new T[blockLength])];
        Span<T> values = _parameters.Values, gradients = _parameters.Gradients;
        bool isLarge = false;
        for (int start = 0; start < values.Length; start += blockLength)
        {
            int length = Math.Min(blockLength, values.Length - start), end = start + length;
            values[start..end].CopyTo(before[^1]);
            gradients[start..end].CopyTo(before[^2]);
            Exchange(buffers, before, start, length, save: true);
            optimizer.StepNumbers(start, end, values, gradients);
            (int At, string Name, T Number)? found = Find(ranges, buffers, start, end, ref isLarge);
            before[^1].AsSpan(0, length).CopyTo(values[start..end]);
            before[^2].AsSpan(0, length).CopyTo(gradients[start..end]);
            Exchange(buffers, before, start, length, save: false);
            if (found is (int at, string name, T number))
            {
                return Error(at, name, number, gradients[at], values[at]);
            }
        }

        StateIsUnknown = isLarge;
        return null;
    }

    private static void Exchange(OptimizerBuffer<T>[] buffers, T[][] before, int start, int length, bool save)
    {
        for (int k = 0; k < buffers.Length; k++)
        {
            Span<T> present = buffers[k].Values.Span.Slice(start, length), copy = before[k].AsSpan(0, length);
            (save ? present : copy).CopyTo(save ? copy : present);
        }
    }

    /// <summary>Finds the first number of a block that is not finite, and the name of what it belongs to.</summary>
    private (int At, string Name, T Number)? Find(
        ReadOnlySpan<ParameterRange> ranges, OptimizerBuffer<T>[] buffers, int start, int end, ref bool isLarge)
    {
        T largest = T.CreateTruncating(s_largest), harmless = T.CreateTruncating(s_harmless);
        foreach (ref readonly ParameterRange range in ranges)
        {
            (int first, int stop) = range.Within(start, end);
            for (int k = first; k < stop; k++)
            {
                T weight = _parameters.Current[k];
                isLarge |= T.Abs(weight) > harmless;
                foreach (OptimizerBuffer<T> buffer in buffers)
                {
                    T number = buffer.Values.Span[k];
                    isLarge |= !buffer.AreSquares && T.Abs(number) > largest;
                    if (!T.IsFinite(number) && buffer.Name != Optimizer<T>.RestsName)
                    {
                        return (k, buffer.Name, number);
                    }
                }

                if (!T.IsFinite(weight))
                {
                    return (k, "weight", weight);
                }
            }
        }

        return null;
    }

    private NonFiniteException Error(int at, string name, T number, T gradient, T weight)
    {
        (Parameter<T> parameter, int index) = _parameters.At(at);
        string position = $"[{string.Join(", ", TensorPosition.Of(index, parameter.Shape))}]";
        string what = T.IsFinite(gradient)
            ? $"the {name} of {parameter.Name} would be {number} at {position}, from the gradient {gradient}, the weight {weight} and "
                + $"the learning rate {optimizer.LearningRate}"
            : $"the gradient of {parameter.Name} holds {gradient} at {position}";
        string message = $"Update {optimizer.Steps:N0}: {what}. "
            + "The weights, the gradients and the optimiser are as they were before: clip the gradients (GradientClipping) or clear them.";
        return new(message, optimizer.Steps, parameter.Layer, parameter.Name);
    }

    /// <summary>Returns whether all gradients, with the decay that is added to them, are harmless.</summary>
    private bool AreSmall(ReadOnlySpan<ParameterRange> ranges)
    {
        Blocks blocks = new(_parameters.Length, Optimizer<T>.BlockLength);
        Span<bool> areSmall = stackalloc bool[Blocks.MaxCount];
        SumWork work = new()
        {
            Blocks = blocks,
            Slices = blocks.Slices(optimizer.Threads, NumbersPerThread),
            Values = _parameters.Current,
            Gradients = _parameters.Gradients,
            Ranges = ranges,
            AddsDecay = !optimizer.IsDecayDecoupled,
            AreSmall = areSmall,
        };
        SlicedWork<SumWork>.Run(work.Slices, ref work);
        return !areSmall[..blocks.Count].Contains(false);
    }

    /// <summary>Computes the sums of the magnitudes of blocks, and not the largest magnitudes, because NaN passes no comparison.</summary>
    private ref struct SumWork : ISlicedWork
    {
        public Blocks Blocks;
        public int Slices;
        public ReadOnlySpan<T> Values, Gradients;
        public ReadOnlySpan<ParameterRange> Ranges;
        public bool AddsDecay;
        public Span<bool> AreSmall;

        public readonly void Run(int slice)
        {
            (int first, int end) = WorkerTeam.Slice(Blocks.Count, slice, Slices);
            for (int block = first; block < end; block++)
            {
                (int start, int stop) = Blocks[block];
                AreSmall[block] = Sum(start, stop) <= s_largest;
            }
        }

        private readonly double Sum(int start, int stop)
        {
            double sum = 0;
            foreach (ref readonly ParameterRange range in Ranges)
            {
                (int from, int to) = range.Within(start, stop);
                if (from < to)
                {
                    sum += double.CreateTruncating(Magnitudes.Sum(Gradients[from..to]));
                }

                if (from < to && AddsDecay && range.WeightDecay > 0)
                {
                    sum += range.WeightDecay * double.CreateTruncating(Magnitudes.Sum(Values[from..to]));
                }
            }

            return sum;
        }
    }
}
