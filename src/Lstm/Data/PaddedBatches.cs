using System.Numerics;

namespace Lstm;

/// <summary>
/// A source of batches of sequences of various lengths. Each sequence comes once in an epoch. A batch has as many steps as its longest
/// sequence, so a <see cref="Bptt{T}"/> for them needs <see cref="MaxSteps"/> steps.
/// </summary>
/// <typeparam name="T">The element type of the <see cref="SequenceSet{T}"/>.</typeparam>
public sealed class PaddedBatches<T> : BatchSource<PaddedBatch<T>>, IStepLimit
    where T : unmanaged, INumberBase<T>
{
    private readonly SequenceSet<T> _set;
    private readonly int _batch, _shift;
    private readonly EpochOrder _order;

    /// <summary>Creates a source of the sequences that a set has now.</summary>
    /// <param name="set">The sequences, which are not copied.</param>
    /// <param name="batch">B, the number of sequences of a batch.</param>
    /// <param name="options">Order and padding; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// There is no sequence, or with <see cref="PaddedBatchOptions.DropLast"/> no full batch.
    /// </exception>
    /// <exception cref="MalformedDataException">A sequence has only one step, and therefore no next one to predict.</exception>
    public PaddedBatches(SequenceSet<T> set, int batch, PaddedBatchOptions? options = null)
        : base((options ??= new PaddedBatchOptions()).Seed)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRange.ThrowIfLessThan(options.BucketBatches, 1, nameof(options));
        if (set.Count == 0)
        {
            throw new ArgumentException("Expected at least one sequence.", nameof(set));
        }

        (_set, _batch, _shift) = (set, batch, options.PredictNext ? 1 : 0);
        int[] lengths = [.. Enumerable.Range(0, set.Count).Select(set.LengthOf)];
        int tooShort = Array.FindIndex(lengths, length => length <= _shift);
        if (tooShort >= 0)
        {
            throw new MalformedDataException(
                "Expected at least two steps, the second to be predicted, but got one.", nameof(set), tooShort);
        }

        MaxSteps = set.LongestLength - _shift;
        _order = new EpochOrder(set.Count, batch, options.Shuffle, options.DropLast, "sequences", lengths, options.BucketBatches);
    }

    /// <summary>The number of steps of the longest batch.</summary>
    public int MaxSteps { get; }

    int? IStepLimit.MaxSteps => MaxSteps;

    /// <inheritdoc/>
    public override int BatchesPerEpoch => _order.Batches;

    /// <inheritdoc/>
    protected internal override PaddedBatch<T> CreateBatch() => new(MaxSteps + _shift, _batch, _set.Features, _shift == 1);

    /// <inheritdoc/>
    protected internal override void Fill(PaddedBatch<T> batch, BatchPosition position)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ReadOnlySpan<int> sequences = _order.Of(position);
        batch.Count = sequences.Length;
        batch.Steps = 0;
        for (int b = 0; b < _batch; b++)
        {
            bool isSequence = b < batch.Count;
            batch.SequenceBuffer[b] = isSequence ? sequences[b] : -1;
            batch.LabelBuffer[b] = isSequence ? _set.LabelOf(sequences[b]) : -1;
            batch.LengthBuffer[b] = isSequence ? _set.LengthOf(sequences[b]) - _shift : 0;
            batch.Steps = Math.Max(batch.Steps, batch.LengthBuffer[b]);
        }

        CopyValues(batch);
    }

    private void CopyValues(PaddedBatch<T> batch)
    {
        int features = _set.Features, step = _batch * features;
        Span<T> values = batch.ValueBuffer.AsSpan(0, (batch.Steps + _shift) * step);
        values.Clear();
        for (int b = 0; b < batch.Count; b++)
        {
            ReadOnlySpan<T> sequence = _set[batch.Sequences[b]];
            for (int from = 0, to = b * features; from < sequence.Length; from += features, to += step)
            {
                sequence.Slice(from, features).CopyTo(values[to..]);
            }
        }
    }
}
