using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Kernels;

namespace Lstm;

/// <summary>What a window has to be, to be taken by a <see cref="Bptt{T}"/>.</summary>
/// <param name="first">The first layer.</param>
/// <param name="mostSteps">The largest number of steps.</param>
/// <param name="batch">The number of sequences.</param>
internal sealed class WindowChecks<T>(Layer<T> first, int mostSteps, int batch)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The steps of a window of vectors.</summary>
    /// <param name="input">What came as [steps, batch, inputSize].</param>
    /// <param name="steps">The number of steps as given, or null for the largest.</param>
    public int StepsOf(ReadOnlySpan<T> input, int? steps)
    {
        if (!first.AcceptsValues)
        {
            throw new ArgumentException(
                $"Expected token ids [steps, batch], which {nameof(Bptt<>.ForwardTokens)} takes: the model's first layer takes no vectors.", nameof(input));
        }

        ArraySize.Of("Windows of vectors", nameof(input), ("steps", mostSteps), ("batch", batch), ("inputSize", first.InputSize));
        int count = StepsOf(steps);
        return input.Length == count * batch * first.InputSize
            ? count
            : throw OfAnotherShape($"[steps, batch, inputSize] = [{count}, {batch}, {first.InputSize}]", count * batch * first.InputSize, input.Length, steps, nameof(input));
    }

    /// <summary>The steps of a window of token ids.</summary>
    /// <param name="tokens">What came as [steps, batch].</param>
    /// <param name="steps">The number of steps as given, or null for the largest.</param>
    public int StepsOf(ReadOnlySpan<int> tokens, int? steps)
    {
        if (!first.AcceptsTokens)
        {
            throw new ArgumentException(
                $"Expected vectors [steps, batch, {first.InputSize}], which {nameof(Bptt<>.Forward)} takes: the model's first layer takes no token ids.", nameof(tokens));
        }

        int count = StepsOf(steps);
        return tokens.Length == count * batch
            ? count
            : throw OfAnotherShape($"[steps, batch] = [{count}, {batch}]", count * batch, tokens.Length, steps, nameof(tokens));
    }

    /// <summary>The largest length, with a check of all.</summary>
    /// <param name="lengths">[batch], or empty.</param>
    /// <param name="windowSteps">The steps of the window.</param>
    public int LongestOf(ReadOnlySpan<int> lengths, int windowSteps)
    {
        if (lengths.IsEmpty)
        {
            return windowSteps;
        }

        if (lengths.Length != batch)
        {
            throw new ArgumentException($"Expected a length for each of the {batch} sequences, but got {lengths.Length}.", nameof(lengths));
        }

        int outside = lengths.IndexOfAnyExceptInRange(0, windowSteps);
        return outside < 0
            ? TensorPrimitives.Max(lengths)
            : throw new ArgumentException(
                $"Expected lengths from 0 to the {windowSteps} steps of the window, but that of sequence {outside} is {lengths[outside]}.", nameof(lengths));
    }

    /// <summary>Refuses ids that are not in the vocabulary, up to the end of each sequence.</summary>
    /// <param name="tokens">[steps, batch].</param>
    /// <param name="lengths">[batch], or empty.</param>
    public void CheckTokens(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths)
    {
        for (int k = 0; k < tokens.Length; k++)
        {
            if ((uint)tokens[k] >= (uint)first.InputSize && (lengths.Length != batch || k / batch < lengths[k % batch]))
            {
                throw new ArgumentException(
                    $"Expected token ids in [0, {first.InputSize}), but step {k / batch} of sequence {k % batch} is {tokens[k]}.", nameof(tokens));
            }
        }
    }

    private int StepsOf(int? steps)
    {
        int count = steps ?? mostSteps;
        return count >= 1 && count <= mostSteps
            ? count
            : throw new ArgumentOutOfRangeException(nameof(steps), count, $"Expected a window of 1 to {mostSteps} steps.");
    }

    private ArgumentException OfAnotherShape(string shape, int expected, int length, int? steps, string argument)
    {
        string hint = steps is null && mostSteps > 1 ? $" For a window of fewer steps than the {mostSteps} of this Bptt, give the argument 'steps'." : "";
        string other = argument == "input" && first.AcceptsTokens ? $" Token ids are for {nameof(Bptt<>.ForwardTokens)}." : "";
        return new($"Expected {shape}, {expected} numbers, but got {length}.{hint}{other}", argument);
    }
}
