namespace Lstm.Onnx;

/// <summary>Numbers for each step and sequence: the input of the graph after some layers.</summary>
/// <param name="Steps">The layers, from the input on.</param>
/// <param name="IsTokens">Whether these are token ids.</param>
internal sealed record SequenceValue(IReadOnlyList<LayerStep> Steps, bool IsTokens) : GraphValue
{
    public SequenceLayout Layout { get; init; }

    /// <summary>Whether the axes of steps and sequences have been exchanged since the input.</summary>
    public bool IsExchanged { get; init; }

    /// <summary>Returns this value after one more layer.</summary>
    public SequenceValue After(LayerStep step) => this with { Steps = [.. Steps, step], IsTokens = false };

    /// <summary>Returns this value with other layers in place of those from <paramref name="count"/> on.</summary>
    public SequenceValue After(int count, LayerStep step) => this with { Steps = [.. Steps.Take(count), step], IsTokens = false };

    /// <summary>Returns how many layers from the input on are the same as those of another value.</summary>
    public int SharedSteps(SequenceValue other)
    {
        int count = 0;
        while (count < Math.Min(Steps.Count, other.Steps.Count) && ReferenceEquals(Steps[count], other.Steps[count]))
        {
            count++;
        }

        return count;
    }
}
