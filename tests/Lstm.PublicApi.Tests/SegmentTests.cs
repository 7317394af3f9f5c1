namespace Lstm.PublicApi.Tests;

/// <summary>Windows in segments, with activations that are computed again, and backward passes of other lengths than windows.</summary>
public sealed class SegmentTests
{
    private const int Batch = 3, InputSize = 4;

    public static TheoryData<string> Causal => Subjects.Causal;

    [Theory]
    [MemberData(nameof(Causal))]
    public void Activations_that_are_computed_again_give_the_bits_of_those_kept(string name)
    {
        BpttOptions options = new() { SegmentSteps = 3, Seed = 7, Threads = 1 };
        int[] lengths = [7, 0, 4];
        double[] kept = new Trial<double>(Subjects.Model<double>(name, InputSize), 7, Batch, options).Windows(3, lengths);
        double[] again = new Trial<double>(Subjects.Model<double>(name, InputSize), 7, Batch, options with { Recompute = true })
            .Windows(3, lengths);

        Same.Bits<double>(again, kept, "numbers");
    }

    [Theory]
    [MemberData(nameof(Causal))]
    public void Segments_give_the_numbers_of_whole_windows(string name)
    {
        int[] lengths = [7, 0, 4];
        Trial<double> whole = new(Subjects.Model<double>(name, InputSize), 7, Batch, new() { Threads = 1 });
        Trial<double> parts = new(Subjects.Model<double>(name, InputSize), 7, Batch, new() { Threads = 1, SegmentSteps = 2 });
        whole.Bptt.Training = parts.Bptt.Training = false;

        Same.Nearly(parts.Windows(3, lengths), whole.Windows(3, lengths), "numbers");
    }

    [Theory]
    [MemberData(nameof(Causal))]
    public void A_backward_pass_into_the_windows_before_gives_the_gradient_of_one_long_window(string name)
    {
        Sequential<double> model = Subjects.Model<double>(name, InputSize), other = Subjects.Model<double>(name, InputSize);
        Bptt<double> windows = new(model, steps: 2, Batch, new() { BackwardSteps = 6, Threads = 1 }) { Training = false };
        Bptt<double> whole = new(other, steps: 6, Batch, new() { Threads = 1 }) { Training = false };
        double[] x = RandomNumbers.Of<double>(6 * Batch * InputSize, 1), dy = RandomNumbers.Of<double>(2 * Batch * 3, 2);
        for (int window = 0; window < 3; window++)
        {
            windows.Forward(x.AsSpan(window * x.Length / 3, x.Length / 3));
            if (window < 2)
            {
                windows.Backward();
            }
        }

        whole.Forward(x);
        dy.CopyTo(windows.OutputGradient);
        dy.CopyTo(whole.OutputGradient[^dy.Length..]);
        windows.Backward();
        whole.Backward();

        Same.Nearly(model.Parameters.Gradients, other.Parameters.Gradients, "parameter gradients");
        Same.Nearly(windows.InputGradient, whole.InputGradient[^windows.InputGradient.Length..], "input gradients");
        foreach (RecurrentState<double> state in whole.States)
        {
            Same.Nearly(windows.State(state.Name).InitialGradient, state.InitialGradient, $"gradients of {state.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Causal))]
    public void Fewer_steps_back_leave_out_the_loss_before_them(string name)
    {
        Sequential<double> model = Subjects.Model<double>(name, InputSize), other = Subjects.Model<double>(name, InputSize);
        Bptt<double> some = new(model, steps: 6, Batch, new() { BackwardSteps = 2, Threads = 1 }) { Training = false };
        Bptt<double> last = new(other, steps: 4, Batch, new() { Threads = 1 }) { Training = false };
        double[] x = RandomNumbers.Of<double>(6 * Batch * InputSize, 1), dy = RandomNumbers.Of<double>(6 * Batch * 3, 2);

        some.Forward(x);
        dy.CopyTo(some.OutputGradient);
        some.Backward();
        last.Forward(x.AsSpan(0, 4 * Batch * InputSize));
        last.Forward(x.AsSpan(4 * Batch * InputSize), steps: 2);
        dy.AsSpan(4 * Batch * 3).CopyTo(last.OutputGradient);
        last.Backward();

        Same.Nearly(model.Parameters.Gradients, other.Parameters.Gradients, "parameter gradients");
    }
}
