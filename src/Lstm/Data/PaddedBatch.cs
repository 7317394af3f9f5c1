using System.Numerics;

namespace Lstm;

/// <summary>B sequences side by side, padded to the longest of them.</summary>
/// <typeparam name="T">The element type of the <see cref="SequenceSet{T}"/>.</typeparam>
public sealed class PaddedBatch<T> : IBatchNumbers
    where T : unmanaged, INumberBase<T>
{
    private readonly int _step;
    private readonly bool _predictNext;

    internal PaddedBatch(int steps, int batch, int features, bool predictNext)
    {
        _step = batch * features;
        Features = features;
        ValueBuffer = new T[checked(steps * batch * features)];
        LengthBuffer = new int[batch];
        LabelBuffer = new int[batch];
        SequenceBuffer = new int[batch];
        _predictNext = predictNext;
    }

    /// <summary>T, the number of steps of the longest sequence in this batch.</summary>
    public int Steps { get; internal set; }

    /// <summary>B, the number of sequences of a full batch.</summary>
    public int Batch => LengthBuffer.Length;

    /// <summary>The number of features of a step; 1 for token ids.</summary>
    public int Features { get; }

    /// <summary>The number of sequences in this batch. They come first; the rest fills the batch up and counts nowhere.</summary>
    public int Count { get; internal set; }

    /// <summary>
    /// The inputs, [steps, batch, features]; [steps, batch] for token ids. After the end of a sequence they are 0, or its last target.
    /// </summary>
    public ReadOnlySpan<T> Inputs => ValueBuffer.AsSpan(0, Steps * _step);

    /// <summary>
    /// The targets: the inputs of one step later, in the shape of <see cref="Inputs"/>; empty without
    /// <see cref="PaddedBatchOptions.PredictNext"/>. Use them with
    /// <see cref="LossSteps.All(int, ReadOnlySpan{int}, ReadOnlySpan{double})"/>.
    /// </summary>
    public ReadOnlySpan<T> Targets => _predictNext ? ValueBuffer.AsSpan(_step, Steps * _step) : [];

    /// <summary>The number of steps of each sequence, [batch]; 0 past <see cref="Count"/>.</summary>
    public ReadOnlySpan<int> Lengths => LengthBuffer;

    /// <summary>The class of each sequence, [batch]; -1 past <see cref="Count"/> and where there are no classes.</summary>
    public ReadOnlySpan<int> Labels => LabelBuffer;

    /// <summary>
    /// The number that each sequence has in the set, [batch], by which a program finds whatever else belongs to it; -1 past
    /// <see cref="Count"/>.
    /// </summary>
    public ReadOnlySpan<int> Sequences => SequenceBuffer;

    internal T[] ValueBuffer { get; }

    internal int[] LengthBuffer { get; }

    internal int[] LabelBuffer { get; }

    internal int[] SequenceBuffer { get; }

    BatchNumber? IBatchNumbers.FindNonFinite(bool withTargets)
    {
        // The targets are the inputs of one step later. Padding is 0.
        int steps = withTargets && _predictNext ? Steps + 1 : Steps, at = 0;
        while (NonFinite.IndexIn<T>(ValueBuffer.AsSpan(at..(steps * _step))) is int found and >= 0)
        {
            at += found;
            int t = at / _step, b = at % _step / Features;
            if (withTargets || t < LengthBuffer[b])
            {
                string tensor = t < LengthBuffer[b] ? BatchNumber.Input : BatchNumber.Target;
                return new(tensor, $"{ValueBuffer[at]}", SequenceBuffer[b], t, at % Features);
            }

            at++;
        }

        return null;
    }
}
