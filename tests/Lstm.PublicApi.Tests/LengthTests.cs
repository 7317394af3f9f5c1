namespace Lstm.PublicApi.Tests;

/// <summary>A sequence gives what it gives alone, whatever is in its padding.</summary>
public sealed class LengthTests
{
    private const int Steps = 6, Batch = 5, InputSize = 4;

    private static readonly int[][] s_windows = [[3, 0, 6, 1, 4], [6, 5, 0, 0, 2], [0, 1, 2, 6, 6]];

    public static TheoryData<string> All => Subjects.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Outputs_states_and_gradients_are_those_of_each_sequence_alone(string name)
    {
        Sequential<double> model = Subjects.Model<double>(name, InputSize), own = Subjects.Model<double>(name, InputSize);
        Bptt<double> together = new(model, Steps, Batch) { Training = false };
        Bptt<double>[] alone = [.. Enumerable.Range(0, Batch).Select(_ => new Bptt<double>(own, Steps, batch: 1) { Training = false })];
        for (int window = 0; window < s_windows.Length; window++)
        {
            int[] lengths = s_windows[window];
            double[] x = Padded(RandomNumbers.Of<double>(Steps * Batch * InputSize, window), InputSize, lengths);
            double[] dy = Padded(RandomNumbers.Of<double>(Steps * Batch * 3, window + 100), 3, lengths);
            model.Parameters.ClearGradients();
            own.Parameters.ClearGradients();
            double[] y = together.Forward(x, lengths).ToArray();
            dy.CopyTo(together.OutputGradient);
            SetFinalGradients(together, window, lengths);
            together.Backward();
            for (int b = 0; b < Batch; b++)
            {
                Compare(together, alone[b], b, lengths[b], window, y, x, dy);
            }

            Same.Nearly(model.Parameters.Gradients, own.Parameters.Gradients, $"parameter gradients of window {window}");
        }
    }

    private static void Compare(
        Bptt<double> together, Bptt<double> alone, int b, int length, int window, double[] y, double[] x, double[] dy)
    {
        string what = $"of sequence {b} in window {window}";
        double[] dx = together.InputGradient.ToArray();
        if (length == 0)
        {
            y.Where((_, at) => at / 3 % Batch == b).Should().OnlyContain(value => value == 0);
            dx.Where((_, at) => at / InputSize % Batch == b).Should().OnlyContain(value => value == 0);
            return;
        }

        double[] yAlone = alone.Forward(Sequence(x, InputSize, b, length), steps: length).ToArray();
        Sequence(dy, 3, b, length).CopyTo(alone.OutputGradient);
        foreach (RecurrentState<double> state in alone.States)
        {
            double[] all = RandomNumbers.Of<double>(Batch * state.Size, window + 200);
            Row(all, state, b).CopyTo(state.FinalGradient);
        }

        alone.Backward();
        Same.Bits(Sequence(y, 3, b, Steps), [.. yAlone, .. new double[(Steps - length) * 3]], "outputs " + what);
        Same.Bits(
            Sequence(dx, InputSize, b, Steps), [.. alone.InputGradient, .. new double[(Steps - length) * InputSize]], "gradients " + what);
        foreach (RecurrentState<double> state in alone.States)
        {
            RecurrentState<double> of = together.State(state.Name);
            Same.Bits(Row(of.Value, of, b), state.Value, $"state {state.Name} {what}");
            Same.Bits(Row(of.InitialGradient, of, b), state.InitialGradient, $"gradient of {state.Name} {what}");
        }
    }

    /// <summary>Those of sequences without a step are 0, as these are not run alone.</summary>
    private static void SetFinalGradients(Bptt<double> bptt, int window, int[] lengths)
    {
        foreach (RecurrentState<double> state in bptt.States)
        {
            double[] all = RandomNumbers.Of<double>(Batch * state.Size, window + 200);
            all.Select((value, at) => lengths[at / state.Size] > 0 ? value : 0).ToArray().CopyTo(state.FinalGradient);
        }
    }

    /// <summary>NaN past the end of each sequence.</summary>
    private static double[] Padded(double[] values, int width, int[] lengths)
    {
        for (int at = 0; at < values.Length; at++)
        {
            values[at] = at / width / Batch < lengths[at / width % Batch] ? values[at] : double.NaN;
        }

        return values;
    }

    /// <summary>The first steps of a sequence.</summary>
    private static double[] Sequence(double[] values, int width, int b, int steps) =>
        [.. Enumerable.Range(0, steps).SelectMany(t => values[((t * Batch + b) * width)..((t * Batch + b + 1) * width)])];

    private static double[] Row(ReadOnlySpan<double> values, RecurrentState<double> state, int b) =>
        values.Slice(b * state.Size, state.Size).ToArray();
}
