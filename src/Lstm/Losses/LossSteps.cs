using System.Runtime.CompilerServices;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The steps of a window [steps, batch] that count in a loss, and their weights. The default value counts every step with weight 1. Steps
/// that do not count are not read: their outputs and targets may hold anything, NaN included, and their gradients are 0.
/// </summary>
/// <remarks>A value refers to the spans that it was made from, so make a new one for each call.</remarks>
public readonly ref struct LossSteps
{
    private readonly ReadOnlySpan<int> _lengths;
    private readonly ReadOnlySpan<double> _weights;
    private readonly int _steps;
    private readonly int _batch;
    private readonly bool _lastOnly;

    private LossSteps(int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<double> weights, bool lastOnly)
    {
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        _steps = steps;
        _batch = batch;
        _lengths = lengths;
        _weights = weights;
        _lastOnly = lastOnly;
        CheckLengths(lengths, steps, nameof(lengths));
        CheckWeights(weights);
        if ((long)steps * batch > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected steps * batch of at most {Array.MaxLength}, but {steps} steps of {batch} sequences are more.", nameof(steps));
        }

        int targets = lastOnly ? batch : steps * batch;
        if (!weights.IsEmpty && weights.Length != targets)
        {
            throw new ArgumentException($"Expected a weight for each of {targets} targets, but got {weights.Length}.", nameof(weights));
        }
    }

    private LossSteps(ReadOnlySpan<double> weights)
    {
        CheckWeights(weights);
        _weights = weights;
    }

    /// <summary>Selects the steps of each sequence up to its length.</summary>
    /// <param name="steps">The number of steps of the window.</param>
    /// <param name="lengths">[batch] valid steps of each sequence, in [0, steps].</param>
    /// <param name="weights">[steps, batch] weights of 0 or more; empty for 1 everywhere.</param>
    /// <exception cref="ArgumentException">A size, length or weight does not fit.</exception>
    public static LossSteps All(int steps, ReadOnlySpan<int> lengths, ReadOnlySpan<double> weights = default) =>
        new(steps, lengths.Length, lengths, weights, lastOnly: false);

    /// <summary>Selects the last step of the window alone. The targets have no steps: there is one for each sequence.</summary>
    /// <param name="steps">The number of steps of the window.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="weights">[batch] weights of 0 or more; empty for 1 everywhere.</param>
    /// <exception cref="ArgumentException">A size or weight does not fit.</exception>
    public static LossSteps Last(int steps, int batch, ReadOnlySpan<double> weights = default) =>
        new(steps, batch, [], weights, lastOnly: true);

    /// <summary>
    /// Selects the last valid step of each sequence alone; a sequence of length 0 does not count. The targets have no steps: there is one
    /// for each sequence.
    /// </summary>
    /// <param name="steps">The number of steps of the window.</param>
    /// <param name="lengths">[batch] valid steps of each sequence, in [0, steps].</param>
    /// <param name="weights">[batch] weights of 0 or more; empty for 1 everywhere.</param>
    /// <exception cref="ArgumentException">A size, length or weight does not fit.</exception>
    public static LossSteps Last(int steps, ReadOnlySpan<int> lengths, ReadOnlySpan<double> weights = default) =>
        new(steps, lengths.Length, lengths, weights, lastOnly: true);

    /// <summary>Selects every step, with a weight of its own. Weights of 0 and 1 are a mask.</summary>
    /// <param name="weights">[steps, batch] weights of 0 or more.</param>
    /// <exception cref="ArgumentException">There is no weight, or one is negative or not finite.</exception>
    public static LossSteps Weighted(ReadOnlySpan<double> weights) => weights.IsEmpty
        ? throw new ArgumentException("Expected a weight for each step and sequence, but got none.", nameof(weights))
        : new(weights);

    /// <summary>Whether this is the default value.</summary>
    internal bool IsEverything => _batch == 0 && _weights.IsEmpty;

    /// <summary>Returns the number of rows of the window, or <paramref name="otherwise"/> where this is the default value.</summary>
    internal int Rows(int otherwise) => _batch > 0 ? _steps * _batch : _weights.IsEmpty ? otherwise : _weights.Length;

    /// <summary>Returns the number of rows of the targets, or <paramref name="otherwise"/> where this is the default value.</summary>
    internal int TargetRows(int otherwise) => _lastOnly ? _batch : Rows(otherwise);

    /// <summary>Returns the index of the target of a row of the window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Target(int row) => _lastOnly ? row % _batch : row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double Weight(int row) => _batch > 0 ? WeightInWindow(row) : _weights.IsEmpty ? 1 : _weights[row];

    internal WideSum TotalWeight(int rows)
    {
        WideSum total = default;
        for (int row = 0; row < rows; row++)
        {
            total.Add(Weight(row), 1);
        }

        return total;
    }

    /// <summary>Returns the end of the neighbouring rows that have the weight of <paramref name="row"/> and neighbouring targets.</summary>
    internal int EndOfRun(int row, int rows)
    {
        double weight = Weight(row);
        int end = row + 1;
        while (end < rows && Weight(end) == weight && Target(end) == Target(end - 1) + 1)
        {
            end++;
        }

        return end;
    }

    private double WeightInWindow(int row)
    {
        (int step, int sequence) = Math.DivRem(row, _batch);
        int length = _lengths.IsEmpty ? _steps : _lengths[sequence];
        bool counts = _lastOnly ? step == length - 1 : step < length;
        return !counts ? 0 : _weights.IsEmpty ? 1 : _weights[Target(row)];
    }

    internal static void CheckLengths(ReadOnlySpan<int> lengths, int most, string name)
    {
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            if ((uint)lengths[sequence] > (uint)most)
            {
                throw new ArgumentException(
                    $"Expected lengths in [0, {most}], but that of sequence {sequence} is {lengths[sequence]}.", name);
            }
        }
    }

    private static void CheckWeights(ReadOnlySpan<double> weights)
    {
        for (int k = 0; k < weights.Length; k++)
        {
            if (!(weights[k] >= 0 && double.IsFinite(weights[k])))
            {
                throw new ArgumentException(
                    $"Expected finite weights of 0 or more, but weight {k} is {weights[k]}.", nameof(weights));
            }
        }
    }
}
