using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Runs windows of random numbers, and hashes outputs, states and gradients.</summary>
/// <param name="bptt">Runs them.</param>
/// <param name="takesTokens">Whether the input is token ids.</param>
/// <param name="digest">Takes the hashes.</param>
/// <param name="history">Names them.</param>
internal sealed class Windows<T>(Bptt<T> bptt, bool takesTokens, Digest digest, string history)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Numbers _numbers = new(seed: 42);

    /// <summary>Whether gradients of the last states are set before backward passes.</summary>
    public bool SetsFinalGradients { get; init; }

    /// <summary>Runs a window forward and back.</summary>
    /// <param name="lengths">The steps of every sequence; null where all have all steps.</param>
    /// <param name="steps">The steps of the window; null for all.</param>
    public void Train(int[]? lengths = null, int? steps = null)
    {
        Forward(lengths, steps);
        int count = steps ?? bptt.Steps, width = bptt.Model.Layers[^1].OutputSize;
        Padded(_numbers.Draw<T>(count * bptt.Batch * width), lengths, count, T.NaN).CopyTo(bptt.OutputGradient);
        foreach (RecurrentState<T> state in SetsFinalGradients ? bptt.States : [])
        {
            _numbers.Draw<T>(state.FinalGradient.Length).CopyTo(state.FinalGradient);
        }

        bptt.Backward();
        Add(bptt.InputGradient, "dx");
        foreach (RecurrentState<T> state in bptt.States)
        {
            Add(state.InitialGradient, $"d{state.Name}");
        }

        foreach (Parameter<T> parameter in bptt.Model.Parameters)
        {
            Add(parameter.Gradient, $"d{parameter.Name}");
        }
    }

    /// <summary>Runs a window forward. Padding is NaN, or an id that is none.</summary>
    /// <inheritdoc cref="Train"/>
    public void Forward(int[]? lengths = null, int? steps = null)
    {
        int count = steps ?? bptt.Steps, inputSize = bptt.Model.Layers[0].InputSize;
        ReadOnlySpan<T> output = takesTokens
            ? bptt.ForwardTokens(Padded(_numbers.DrawTokens(count * bptt.Batch, inputSize), lengths, count, int.MinValue), lengths, steps)
            : bptt.Forward(Padded(_numbers.Draw<T>(count * bptt.Batch * inputSize), lengths, count, T.NaN), lengths, steps);
        Add(output, "y");
        foreach (RecurrentState<T> state in bptt.States)
        {
            Add(state.Value, state.Name);
        }
    }

    /// <summary>Has the next window start from random states.</summary>
    public void SetStates()
    {
        foreach (RecurrentState<T> state in bptt.States)
        {
            state.Set(_numbers.Draw<T>(state.Batch * state.Size, scale: 0.5));
        }
    }

    /// <summary>Hashes the values of all parameters.</summary>
    /// <param name="when">Says when they had them.</param>
    public void AddParameters(string when)
    {
        foreach (Parameter<T> parameter in bptt.Model.Parameters)
        {
            Add(parameter.Value, $"{parameter.Name} {when}");
        }
    }

    /// <summary>Overwrites what is beyond the ends of sequences.</summary>
    /// <param name="values">[steps, batch, width].</param>
    /// <param name="lengths">The steps of every sequence; null where all have all steps.</param>
    /// <param name="steps">The steps of the window.</param>
    /// <param name="padding">What is written.</param>
    private TValue[] Padded<TValue>(TValue[] values, int[]? lengths, int steps, TValue padding)
    {
        int width = values.Length / (steps * bptt.Batch);
        for (int row = 0; lengths != null && row < steps * bptt.Batch; row++)
        {
            if (row / bptt.Batch >= lengths[row % bptt.Batch])
            {
                values.AsSpan(row * width, width).Fill(padding);
            }
        }

        return values;
    }

    private void Add(ReadOnlySpan<T> values, string name) => digest.Add(values, $"{history}, window {bptt.WindowCount}: {name}");
}
