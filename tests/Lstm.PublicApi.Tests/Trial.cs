using System.Numerics;

namespace Lstm.PublicApi.Tests;

/// <summary>Windows of random numbers through a model, forward and backward, and all numbers that come out.</summary>
internal sealed class Trial<T>(Sequential<T> model, int steps, int batch, BpttOptions? options = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Bptt<T> Bptt { get; } = new(model, steps, batch, options);

    /// <summary>Output, input gradient, states and their gradients of a window, and the gradients of all parameters.</summary>
    /// <param name="number">Selects the random numbers.</param>
    /// <param name="lengths">[batch], or null.</param>
    public T[] Window(int number, int[]? lengths = null)
    {
        int inputs = steps * batch * model.Layers[0].InputSize;
        model.Parameters.ClearGradients();
        Bptt.Forward(RandomNumbers.Of<T>(inputs, number), lengths);
        RandomNumbers.Of<T>(Bptt.Output.Length, number + 1000).CopyTo(Bptt.OutputGradient);
        foreach (RecurrentState<T> state in Bptt.States)
        {
            RandomNumbers.Of<T>(state.FinalGradient.Length, number + 2000).CopyTo(state.FinalGradient);
        }

        T[] output = Bptt.Output.ToArray();
        Bptt.Backward();
        return
        [
            .. output, .. Bptt.InputGradient, .. model.Parameters.Gradients,
            .. Bptt.States.SelectMany(state => (T[])[.. state.Value, .. state.InitialGradient, .. state.FinalGradient]),
        ];
    }

    /// <summary>All numbers of some windows, one after the other.</summary>
    public T[] Windows(int count, int[]? lengths = null) =>
        [.. Enumerable.Range(0, count).SelectMany(number => Window(number, number % 2 == 1 ? null : lengths))];
}
