namespace Lstm;

/// <summary>
/// A window that layers are inspected with: [steps, batch, inputSize] numbers or [steps, batch] tokens, and the gradient of its output.
/// </summary>
internal sealed record InspectedWindow(int Steps, int Batch, double[] Values, int[] Tokens, double[] OutputGradient)
{
    /// <summary>Returns the first steps alone.</summary>
    public InspectedWindow First(int steps) => new(
        steps, Batch, Front(Values, steps), Front(Tokens, steps), Front(OutputGradient, steps));

    /// <summary>Returns the first steps of one sequence alone.</summary>
    public InspectedWindow Sequence(int sequence, int steps) => new(
        steps, 1, Column(Values, sequence, steps), Column(Tokens, sequence, steps), Column(OutputGradient, sequence, steps));

    /// <summary>Returns this window with another input at one step of one sequence.</summary>
    public InspectedWindow Change(int step, int sequence, int tokenCount)
    {
        (double[] values, int[] tokens) = ([.. Values], [.. Tokens]);
        int width = values.Length / (Steps * Batch), at = step * Batch + sequence;
        foreach (ref double value in values.AsSpan(at * width, width))
        {
            value += 0.37;
        }

        if (tokens.Length > 0)
        {
            tokens[at] = (tokens[at] + 1) % tokenCount;
        }

        return this with { Values = values, Tokens = tokens };
    }

    private TNumber[] Front<TNumber>(TNumber[] numbers, int steps) => numbers[..(numbers.Length / Steps * steps)];

    private TNumber[] Column<TNumber>(TNumber[] numbers, int sequence, int steps)
    {
        int width = numbers.Length / (Steps * Batch);
        return [.. Enumerable.Range(0, steps).SelectMany(t => numbers.AsSpan((t * Batch + sequence) * width, width).ToArray())];
    }
}
