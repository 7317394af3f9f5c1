using System.Numerics;

namespace Lstm;

/// <summary>
/// Checks that a batch has the sequences and the features that the model is run with. Other sizes with the same product would be read as
/// different sequences.
/// </summary>
internal static class BatchFit
{
    /// <exception cref="ArgumentException">The batch has other sizes.</exception>
    public static void Check<T>(Bptt<T> bptt, int sequences, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(bptt);
        if (sequences != bptt.Batch)
        {
            throw new ArgumentException($"Expected a batch of {bptt.Batch} sequences, but it has {sequences}.", name);
        }
    }

    /// <inheritdoc cref="Check{T}(Bptt{T}, int, string)"/>
    public static void Check<T>(Bptt<T> bptt, int sequences, int features, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(bptt, sequences, name);
        int expected = bptt.Model.Layers[0].InputSize;
        if (features != expected)
        {
            throw new ArgumentException($"Expected a batch of {expected} features, as the model reads, but it has {features}.", name);
        }
    }

    /// <exception cref="ArgumentException">A batch of the source may have more steps.</exception>
    public static void CheckSteps<TBatch>(IBatchSource<TBatch> source, int steps, string name, string what)
        where TBatch : class
    {
        if (source is IStepLimit { MaxSteps: int longest } && longest > steps)
        {
            throw new ArgumentException(
                $"Expected batches of at most {steps} steps, {what}, but the longest of the source has {longest}.", name);
        }
    }

    /// <summary>Runs a model over sequences of vectors, each from its own beginning.</summary>
    /// <exception cref="ArgumentException">The batch has other sizes.</exception>
    public static void Forward<T>(Bptt<T> bptt, PaddedBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        Check(bptt, batch.Batch, batch.Features, nameof(batch));
        bptt.ResetState();
        bptt.Forward(batch.Inputs, batch.Lengths, batch.Steps);
    }

    /// <summary>Runs a model over sequences of token ids, each from its own beginning.</summary>
    /// <exception cref="ArgumentException">The batch has another number of sequences, or more than one token id in a step.</exception>
    public static void ForwardTokens<T>(Bptt<T> bptt, PaddedBatch<int> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        Check(bptt, batch.Batch, nameof(batch));
        if (batch.Features != 1)
        {
            throw new ArgumentException($"Expected sequences of one token id in a step, but they have {batch.Features}.", nameof(batch));
        }

        bptt.ResetState();
        bptt.ForwardTokens(batch.Inputs, batch.Lengths, batch.Steps);
    }
}
