using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The checks that a window has to pass before a <see cref="Bptt{T}"/> takes it.</summary>
internal sealed class WindowChecks<T>(Layer<T> first, int mostSteps, int batch)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Returns the number of steps of a window of vectors.</summary>
    /// <param name="input">The input, expected to be [steps, batch, inputSize].</param>
    /// <param name="steps">The number of steps as given, or null for the largest.</param>
    public int StepsOf(ReadOnlySpan<T> input, int? steps)
    {
        if (!first.AcceptsValues)
        {
            const string Other = nameof(Bptt<>.ForwardTokens);
            throw new ArgumentException(
                $"Expected token ids [steps, batch], which {Other} takes: the model's first layer takes no vectors.", nameof(input));
        }

        ArraySize.Of("Windows of vectors", nameof(input), ("steps", mostSteps), ("batch", batch), ("inputSize", first.InputSize));
        int count = StepsOf(steps), length = count * batch * first.InputSize;
        if (input.Length != length)
        {
            string shape = $"[steps, batch, inputSize] = [{count}, {batch}, {first.InputSize}]";
            bool isTokens = first.AcceptsTokens && input.Length == count * batch;
            string hint = isTokens ? $" Token ids are for {nameof(Bptt<>.ForwardTokens)}." : HintOfSteps(steps);
            throw new ArgumentException($"Expected {shape}, {length} numbers, but got {input.Length}.{hint}", nameof(input));
        }

        return count;
    }

    /// <summary>Returns the number of steps of a window of token ids.</summary>
    /// <param name="tokens">The token ids, expected to be [steps, batch].</param>
    /// <param name="steps">The number of steps as given, or null for the largest.</param>
    public int StepsOf(ReadOnlySpan<int> tokens, int? steps)
    {
        if (!first.AcceptsTokens)
        {
            string vectors = $"[steps, batch, {first.InputSize}]", other = nameof(Bptt<>.Forward);
            throw new ArgumentException(
                $"Expected vectors {vectors}, which {other} takes: the model's first layer takes no token ids.", nameof(tokens));
        }

        int count = StepsOf(steps), length = count * batch;
        if (tokens.Length != length)
        {
            string shape = $"[steps, batch] = [{count}, {batch}]";
            throw new ArgumentException($"Expected {shape}, {length} ids, but got {tokens.Length}.{HintOfSteps(steps)}", nameof(tokens));
        }

        return count;
    }

    /// <summary>Checks all lengths and returns the largest.</summary>
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
                $"Expected lengths from 0 to the {windowSteps} steps of the window, but that of sequence {outside} is {lengths[outside]}.",
                nameof(lengths));
    }

    /// <summary>Refuses ids, up to the end of each sequence, that are not in the vocabulary.</summary>
    /// <param name="tokens">[steps, batch].</param>
    /// <param name="lengths">[batch], or empty.</param>
    public void CheckTokens(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths)
    {
        for (int k = 0; k < tokens.Length; k++)
        {
            if ((uint)tokens[k] >= (uint)first.InputSize && (lengths.Length != batch || k / batch < lengths[k % batch]))
            {
                throw new ArgumentException(
                    $"Expected token ids in [0, {first.InputSize}), but step {k / batch} of sequence {k % batch} is {tokens[k]}.",
                    nameof(tokens));
            }
        }
    }

    private int StepsOf(int? steps)
    {
        int count = steps ?? mostSteps;
        return count >= 1 && count <= mostSteps
            ? count
            : throw ArgumentOutOfRange.Error(nameof(steps), count, $"Expected a window of 1 to {mostSteps} steps.");
    }

    private string HintOfSteps(int? given) => given is null && mostSteps > 1
        ? $" For a window of fewer steps than the {mostSteps} of this Bptt, give the argument 'steps'."
        : "";
}
