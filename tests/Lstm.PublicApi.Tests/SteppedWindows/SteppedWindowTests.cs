using System.Numerics;

namespace Lstm.PublicApi.Tests.SteppedWindows;

/// <summary>Steps that the caller drives give the bits of whole windows.</summary>
public sealed class SteppedWindowTests
{
    private const int InputSize = 4;

    /// <summary>The steps of three windows, one after the other.</summary>
    private static readonly int[] s_windows = [5, 3, 5];

    public static TheoryData<string> All => SteppedSubjects.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Steps_give_the_bits_of_whole_windows(string name)
    {
        foreach (int threads in (int[])[1, 2])
        {
            BpttOptions options = new() { Threads = threads, Seed = 9 };
            Check<float>(name, batch: 3, options);
            Check<double>(name, batch: 3, options);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Token_ids_give_the_bits_of_whole_windows(string name) => Check<float>(name, batch: 3, new() { Threads = 2 }, tokens: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Limits_of_gradients_give_the_bits_of_whole_windows(string name) => Check<double>(name, batch: 3, new()
    {
        StepClipping = new() { PreActivationGradient = 0.05, HiddenGradient = 0.1, PreActivationNorm = 0.15 },
    });

    [Theory]
    [MemberData(nameof(All))]
    public void Evaluation_gives_the_bits_of_whole_windows(string name) => Check<double>(name, batch: 2, new(), training: false);

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("minimal")]
    public void Workers_that_share_a_step_give_the_bits_of_whole_windows(string name)
    {
        Check<float>(name, batch: 1, new() { Threads = 2 }, hiddenSize: 70);
        Check<float>(name, batch: 1, new() { Threads = 3 }, hiddenSize: 70);
    }

    [Fact]
    public void Long_windows_of_large_layers_give_the_bits_of_whole_windows_in_the_same_chunks()
    {
        // Few weights and wide steps: a window is more than a chunk.
        Check<double>("vanilla", batch: 700, new() { Threads = 2 }, hiddenSize: 64, windows: [6, 5]);
    }

    [Fact]
    public void One_step_is_a_cell_that_takes_its_states()
    {
        Sequential<double> model = SteppedSubjects.Model<double>("lstm", InputSize, hiddenSize: 2);
        SteppedWindow<double> cell = SteppedSubjects.Steps(model, steps: 1, batch: 1);
        double[] x = RandomNumbers.Of<double>(InputSize, 1), h = [0.3, -0.2], c = [0.5, 0.1];
        cell.States[0].Set(h);
        cell.States[1].Set(c);

        double[] y = cell.Forward(x).ToArray();
        cell.Begin();

        (double[] newHidden, double[] newCell) = Lstm(model, x, h, c);
        Same.Nearly(y, newHidden, "h");
        Same.Nearly(cell.States[0].Value, newHidden, "h as a state");
        Same.Nearly(cell.States[1].Value, newCell, "c");
    }

    [Fact]
    public void A_window_starts_from_a_trained_state_after_a_reset_and_else_from_the_last_one()
    {
        Sequential<double> model = SteppedSubjects.Model<double>("three states, everything", InputSize);
        SteppedWindow<double> window = SteppedSubjects.Steps(model, steps: 4, batch: 2);
        window.Training = false;
        double[] x = RandomNumbers.Of<double>(2 * InputSize, 1);
        model.Parameters.Single(one => one.Name == "0.h0").Value.Fill(0.4);

        double[] first = window.Forward(x).ToArray();
        window.Begin();
        double[] second = window.Forward(x).ToArray();
        window.Reset();
        double[] again = window.Forward(x).ToArray();

        second.Should().NotEqual(first);
        Same.Bits<double>(again, first, "outputs after a reset");
    }

    [Fact]
    public void Steps_that_were_not_gone_back_through_leave_no_trace_in_the_next_window()
    {
        Sequential<double> model = SteppedSubjects.Model<double>("gru", InputSize), other = SteppedSubjects.Model<double>("gru", InputSize);
        SteppedWindow<double> interrupted = SteppedSubjects.Steps(model, steps: 4, batch: 2);
        SteppedWindow<double> plain = SteppedSubjects.Steps(other, steps: 4, batch: 2);
        interrupted.Training = plain.Training = false;
        double[] x = RandomNumbers.Of<double>(2 * InputSize, 1), dy = RandomNumbers.Of<double>(2 * Subjects.HiddenSize, 2);
        for (int t = 0; t < 3; t++)
        {
            interrupted.Forward(x);
        }

        interrupted.Backward(dy);
        interrupted.Reset();
        foreach (SteppedWindow<double> window in (SteppedWindow<double>[])[interrupted, plain])
        {
            window.Forward(x);
            window.Forward(x);
            window.Backward(dy);
            window.Backward(dy);
        }

        Same.Bits(model.Parameters.Gradients, other.Parameters.Gradients, "gradients");
    }

    [Fact]
    public void A_layer_within_another_one_does_steps_with_the_weights_of_both()
    {
        RecurrentLayer<double> inner = Subjects.Cell<double>("minimal", InputSize);
        Sequential<double> model = new(new Bidirectional<double>(inner, new GruLayer<double>(InputSize, 3, new() { ResetAfter = false })));
        Bptt<double> whole = new(model, steps: 3, batch: 2);
        SteppedWindow<double> window = new(inner, steps: 3, batch: 2);
        double[] x = RandomNumbers.Of<double>(3 * 2 * InputSize, 1), all = whole.Forward(x).ToArray();

        double[] y = [.. x.Chunk(2 * InputSize).SelectMany(step => window.Forward(step).ToArray())];

        Same.Bits<double>(y, [.. all.Chunk(Subjects.HiddenSize + 3).SelectMany(row => row[..Subjects.HiddenSize])], "outputs");
    }

    private static void Check<T>(
        string name, int batch, BpttOptions options, bool tokens = false, bool training = true, int hiddenSize = Subjects.HiddenSize,
        int[]? windows = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        windows ??= s_windows;
        Sequential<T> model = SteppedSubjects.Model<T>(name, InputSize, hiddenSize);
        Sequential<T> other = SteppedSubjects.Model<T>(name, InputSize, hiddenSize);
        Bptt<T> whole = new(model, windows.Max(), batch, options) { Training = training };
        SteppedWindow<T> stepped = SteppedSubjects.Steps(other, windows.Max(), batch, options);
        stepped.Training = training;
        for (int number = 0; number < windows.Length; number++)
        {
            int steps = windows[number], size = model.Layers[0].OutputSize;
            T[] x = RandomNumbers.Of<T>(steps * batch * InputSize, number), dy = RandomNumbers.Of<T>(steps * batch * size, number + 10);
            int[] ids = RandomNumbers.Tokens(steps * batch, InputSize, number);
            T[] expected = (tokens ? whole.ForwardTokens(ids, steps: steps) : whole.Forward(x, steps: steps)).ToArray();
            T[] actual = [.. Enumerable.Range(0, steps).SelectMany(t => (tokens
                ? stepped.ForwardTokens(ids.AsSpan(t * batch, batch))
                : stepped.Forward(x.AsSpan(t * batch * InputSize, batch * InputSize))).ToArray())];
            Same.Bits<T>(actual, expected, $"outputs of window {number}");
            dy.CopyTo(whole.OutputGradient);
            for (int k = 0; k < whole.States.Count; k++)
            {
                T[] gradient = RandomNumbers.Of<T>(whole.States[k].FinalGradient.Length, number + 20);
                gradient.CopyTo(whole.States[k].FinalGradient);
                gradient.CopyTo(stepped.States[k].FinalGradient);
            }

            whole.Backward();
            T[][] back = [.. Enumerable.Range(0, steps).Reverse().Select(t =>
                stepped.Backward(dy.AsSpan(t * batch * size, batch * size)).ToArray())];
            Same.Bits<T>([.. back.Reverse().SelectMany(step => step)], whole.InputGradient, $"input gradients of window {number}");
            Same.Bits(other.Parameters.Gradients, model.Parameters.Gradients, $"parameter gradients of window {number}");
            for (int k = 0; k < whole.States.Count; k++)
            {
                string state = whole.States[k].Name;
                Same.Bits(stepped.States[k].Value, whole.States[k].Value, $"{state} after window {number}");
                Same.Bits(stepped.States[k].InitialGradient, whole.States[k].InitialGradient, $"gradients of {state} of window {number}");
            }
        }

        stepped.WindowCount.Should().Be(whole.WindowCount);
    }

    /// <summary>The equations of an LSTM, with the gates i, f, g, o one below the other.</summary>
    private static (double[] Hidden, double[] Cell) Lstm(Sequential<double> model, double[] x, double[] h, double[] c)
    {
        double[] w = model.Parameters[0].Value.ToArray(), r = model.Parameters[1].Value.ToArray(), b = model.Parameters[2].Value.ToArray();
        double[] a = [.. b.Select((bias, row) => bias + Row(w, row, x) + Row(r, row, h))];
        double[] cell = [.. c.Select((before, u) => Sigmoid(a[2 + u]) * before + Sigmoid(a[u]) * Math.Tanh(a[4 + u]))];
        return ([.. cell.Select((value, u) => Sigmoid(a[6 + u]) * Math.Tanh(value))], cell);
    }

    private static double Row(double[] matrix, int row, double[] vector) =>
        vector.Select((value, column) => matrix[row * vector.Length + column] * value).Sum();

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
}
