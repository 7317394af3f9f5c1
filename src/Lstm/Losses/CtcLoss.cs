using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Connectionist temporal classification: the loss of sequences of labels whose places in time are not known, in nats. Effectively
/// <c>-log p(target)</c>, where p sums the softmax probabilities of every path of classes that becomes the target once repeats are merged
/// and blanks removed (Graves et al., "Connectionist Temporal Classification", 2006).
/// </summary>
/// <remarks>An instance owns the memory that its calls need, so that a call allocates nothing. It serves one call at a time.</remarks>
public sealed class CtcLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ImpossibleAlignment _impossibleAlignment;
    private readonly CtcLattice _lattice;

    /// <summary>Allocates the memory for sizes up to the given ones.</summary>
    /// <param name="classes">The number of logits in a row, one of which stands for blank.</param>
    /// <param name="maxSteps">The number of steps of the longest sequence.</param>
    /// <param name="maxTargetLength">The number of labels of the longest target.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or an option is out of range, or blank is not a class.</exception>
    /// <exception cref="ArgumentException">The sizes are too large together; the message names them.</exception>
    public CtcLoss(int classes, int maxSteps, int maxTargetLength, CtcOptions? options = null)
    {
        ArgumentOutOfRange.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRange.ThrowIfLessThan(maxSteps, 1);
        ArgumentOutOfRange.ThrowIfNegative(maxTargetLength);
        options ??= new();
        if ((uint)options.Blank >= (uint)classes)
        {
            throw ArgumentOutOfRange.Error(nameof(options), options.Blank, $"Expected a blank in [0, {classes}).");
        }

        Representable.Member(options.ImpossibleAlignment, nameof(options.ImpossibleAlignment), nameof(options));
        Blank = options.Blank;
        _impossibleAlignment = options.ImpossibleAlignment;
        Classes = classes;
        MaxSteps = maxSteps;
        MaxTargetLength = maxTargetLength;
        _lattice = new(maxSteps, maxTargetLength);
    }

    /// <summary>The number of logits in a row.</summary>
    public int Classes { get; }

    /// <summary>The class that stands for no label.</summary>
    public int Blank { get; }

    /// <summary>The number of steps of the longest sequence.</summary>
    public int MaxSteps { get; }

    /// <summary>The number of labels of the longest target.</summary>
    public int MaxTargetLength { get; }

    /// <summary>Computes the loss and its gradient with respect to the logits.</summary>
    /// <param name="logits">[steps, batch, classes], unnormalised.</param>
    /// <param name="targets">The labels of all sequences, one after the other; none is blank.</param>
    /// <param name="targetLengths">[batch] labels of each sequence, 0 or more.</param>
    /// <param name="gradient">
    /// [steps, batch, classes], assigned; it may share the memory of <paramref name="logits"/>; empty to compute the loss alone.
    /// </param>
    /// <param name="inputLengths">
    /// [batch] valid steps of each sequence; the steps after them are not read. Empty where all steps are valid.
    /// </param>
    /// <param name="reduction">
    /// The mean over the sequences that count, regardless of the lengths of their targets, or the sum; default: the mean.
    /// </param>
    /// <returns>
    /// The loss in nats. It is infinite where every alignment of a sequence has probability 0; the gradient of that sequence is then 0.
    /// </returns>
    /// <exception cref="ArgumentException">A length or a label does not fit, or a target does not fit into its steps.</exception>
    public double Evaluate(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<int> targetLengths,
        Span<T> gradient = default,
        ReadOnlySpan<int> inputLengths = default,
        Reduction reduction = Reduction.Mean)
    {
        Representable.Member(reduction, nameof(reduction), nameof(reduction));
        CtcBatch<T> batch = new(logits, targets, targetLengths, gradient, inputLengths, this);
        int counted = CountAlignments(batch, targets);
        double factor = reduction == Reduction.Mean ? 1.0 / Math.Max(1, counted) : 1;
        double sum = 0;
        for (int sequence = 0, start = 0; sequence < batch.Size; start += targetLengths[sequence++])
        {
            ReadOnlySpan<int> target = targets.Slice(start, targetLengths[sequence]);
            int steps = batch.Length(sequence);
            if (StepsNeeded(target) <= steps)
            {
                double loss = EvaluateSequence(batch, sequence, target, factor);
                batch.ClearGradient(sequence, fromStep: double.IsPositiveInfinity(loss) ? 0 : steps);
                sum += loss;
            }
            else
            {
                batch.ClearGradient(sequence, fromStep: 0);
                sum += _impossibleAlignment == ImpossibleAlignment.Infinity ? double.PositiveInfinity : 0;
            }
        }

        return factor * sum;
    }

    private double EvaluateSequence(CtcBatch<T> batch, int sequence, ReadOnlySpan<int> target, double weight)
    {
        int steps = batch.Length(sequence);
        _lattice.SetTarget(target, steps);
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<T> logits = batch.Logits(t, sequence);
            Span<T> gradient = batch.Gradient(t, sequence);
            Span<double> emissions = _lattice.Emissions(t);
            Gather(logits, target, emissions);
            T total = Softmax.SumOfExponentials(logits, gradient, out T max);               // gradient = exp(logits - max)
            ToLogProbabilities(emissions, double.CreateTruncating(max), Math.Log(double.CreateTruncating(total)));
            TensorPrimitives.Multiply(gradient, T.CreateTruncating(weight) / total, gradient);  // (14) softmax, by its weight
        }

        double logProbability = _lattice.Forward(steps);
        if (logProbability < CtcLattice.LogZero / 2)
        {
            return double.PositiveInfinity;
        }

        for (int t = steps - 1; t >= 0 && batch.HasGradient; t--)
        {
            Scatter(_lattice.Backward(t, logProbability), target, weight, batch.Gradient(t, sequence));
        }

        return -logProbability;
    }

    private void Gather(ReadOnlySpan<T> logits, ReadOnlySpan<int> target, Span<double> emissions)
    {
        emissions.Fill(double.CreateTruncating(logits[Blank]));
        for (int label = 0; label < target.Length; label++)
        {
            emissions[2 * label + 1] = double.CreateTruncating(logits[target[label]]);
        }
    }

    private static void ToLogProbabilities(Span<double> emissions, double max, double logTotal)
    {
        for (int s = 0; s < emissions.Length; s++)
        {
            double logRatio = emissions[s] - max;
            if (double.IsInfinity(max))
            {
                logRatio = emissions[s] == max && max > 0 ? 0 : double.NegativeInfinity;     // an infinite logit is certain
            }

            emissions[s] = Math.Max(CtcLattice.LogZero, logRatio - logTotal);
        }
    }

    /// <summary>(14) gradient[k] -= weight * Σ posteriors of the states of class k.</summary>
    private void Scatter(ReadOnlySpan<double> posteriors, ReadOnlySpan<int> target, double weight, Span<T> gradient)
    {
        double blank = posteriors[0];
        for (int label = 0; label < target.Length; label++)
        {
            gradient[target[label]] -= T.CreateTruncating(weight * posteriors[2 * label + 1]);
            blank += posteriors[2 * label + 2];
        }

        gradient[Blank] -= T.CreateTruncating(weight * blank);
    }

    /// <returns>The number of sequences that count.</returns>
    private int CountAlignments(CtcBatch<T> batch, ReadOnlySpan<int> targets)
    {
        int counted = 0;
        for (int sequence = 0, start = 0; sequence < batch.Size; start += batch.TargetLengths[sequence++])
        {
            int needed = StepsNeeded(targets.Slice(start, batch.TargetLengths[sequence])), steps = batch.Length(sequence);
            if (needed > steps && _impossibleAlignment == ImpossibleAlignment.Throw)
            {
                throw new ArgumentException(
                    $"The target of sequence {sequence} needs {needed} steps, one for each label "
                    + $"and one between equal neighbours, but there are {steps}.",
                    nameof(targets));
            }

            counted += needed > steps && _impossibleAlignment == ImpossibleAlignment.Ignore ? 0 : 1;
        }

        return counted;
    }

    /// <summary>
    /// Returns the number of steps that a target needs: one for each label, and one for a blank between equal neighbours.
    /// </summary>
    private static int StepsNeeded(ReadOnlySpan<int> target)
    {
        int steps = target.Length;
        for (int label = 1; label < target.Length; label++)
        {
            steps += target[label] == target[label - 1] ? 1 : 0;
        }

        return steps;
    }
}
