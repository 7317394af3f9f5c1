namespace Lstm.PublicApi.Tests.SteppedWindows;

/// <summary>A decoder that reads its own last output: its gradients are those of finite differences.</summary>
public sealed class DecoderTests
{
    private const int Steps = 5, Batch = 2, Size = Subjects.HiddenSize;

    [Theory]
    [InlineData("lstm")]
    [InlineData("vanilla")]
    [InlineData("dropout")]
    [InlineData("full gate recurrence")]
    [InlineData("layer norm")]
    [InlineData("gru")]
    [InlineData("gru, reset after")]
    [InlineData("rnn")]
    [InlineData("minimal, everything")]
    [InlineData("three states, everything")]
    public void Gradients_flow_through_the_outputs_that_are_fed_back(string name)
    {
        Sequential<double> model = SteppedSubjects.Model<double>(name, Size);
        double[] values = model.Parameters.Values.ToArray(), x = RandomNumbers.Of<double>(Batch * Size, 1);
        double[][] states = [.. SteppedSubjects.Steps(model, Steps, Batch).States.Select((state, k) =>
            RandomNumbers.Of<double>(state.Value.Length, k + 3))];
        bool isTrained = model.Parameters.Any(parameter => parameter.Name == "0.h0");
        if (isTrained)
        {
            states = [];
        }

        SteppedWindow<double> window = Begin(model, states);
        Loss(window, x);
        double[] dx = Backward(window);

        double[] expected = Differences(model.Parameters.Values.ToArray(), changed =>
        {
            changed.CopyTo(model.Parameters.Values);
            return Loss(Begin(model, states), x);
        });
        values.CopyTo(model.Parameters.Values);
        Same.Nearly(model.Parameters.Gradients, expected, "parameter gradients", tolerance: 1e-7);
        Same.Nearly(dx, Differences(x, changed => Loss(Begin(model, states), changed)), "gradients of the first input", tolerance: 1e-7);
        for (int k = 0; k < states.Length; k++)
        {
            double[] ofState = Differences(states[k], changed =>
                Loss(Begin(model, [.. states.Select((state, j) => j == k ? changed : state)]), x));
            Same.Nearly(window.States[k].InitialGradient, ofState, $"gradients of {window.States[k].Name}", tolerance: 1e-7);
        }
    }

    private static SteppedWindow<double> Begin(Sequential<double> model, double[][] states)
    {
        SteppedWindow<double> window = SteppedSubjects.Steps(model, Steps, Batch, new() { Seed = 2 });
        for (int k = 0; k < states.Length; k++)
        {
            window.States[k].Set(states[k]);
        }

        return window;
    }

    /// <summary>A weighted sum of all outputs, each of which is the next input.</summary>
    private static double Loss(SteppedWindow<double> window, ReadOnlySpan<double> x)
    {
        double loss = 0;
        for (int t = 0; t < Steps; t++)
        {
            x = window.Forward(x);
            double[] weights = Weights(t);
            for (int k = 0; k < weights.Length; k++)
            {
                loss += weights[k] * x[k];
            }
        }

        return loss;
    }

    /// <summary>The gradient at the first input: that at each input is a part of that at the output before.</summary>
    private static double[] Backward(SteppedWindow<double> window)
    {
        double[] dx = new double[Batch * Size];
        for (int t = Steps - 1; t >= 0; t--)
        {
            double[] dy = [.. Weights(t).Select((weight, k) => weight + dx[k])];
            dx = window.Backward(dy).ToArray();
        }

        return dx;
    }

    private static double[] Weights(int t) => RandomNumbers.Of<double>(Batch * Size, 50 + t);

    private static double[] Differences(double[] at, Func<double[], double> loss)
    {
        const double Step = 1e-4;
        return [.. at.Select((_, k) => (4 * Difference(k, Step / 2) - Difference(k, Step)) / 3)];

        double Difference(int k, double step) => (loss(Moved(k, step)) - loss(Moved(k, -step))) / (2 * step);

        double[] Moved(int k, double offset) => [.. at.Select((value, j) => j == k ? value + offset : value)];
    }
}
