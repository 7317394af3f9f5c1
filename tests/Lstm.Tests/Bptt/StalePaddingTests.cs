namespace Lstm.Tests.Bptt;

/// <summary>What a window has left in the rows of sequences that have ended does not reach the next window.</summary>
public sealed class StalePaddingTests
{
    public static TheoryData<string> Names { get; } = [.. Layers().Keys];

    /// <summary>A reading that is not a number spoils its own window alone, once the states are reset.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_window_after_one_that_was_not_finite_is_as_if_that_had_not_been(string name)
    {
        const int Steps = 5, Batch = 3;
        int[] lengths = [5, 2, 3];
        double[] spoilt = Numbers.Random(Steps * Batch * 2, seed: 1), input = Numbers.Random(Steps * Batch * 2, seed: 2);
        Array.Fill(spoilt, double.NaN);
        Sequential<double> model = new(Layers()[name]()), fresh = new(Layers()[name]());
        model.Initialize(seed: 3);
        fresh.Initialize(seed: 3);
        Bptt<double> bptt = new(model, Steps, Batch), other = new(fresh, Steps, Batch);

        bptt.Forward(spoilt);
        bptt.OutputGradient.Fill(1);
        bptt.Backward();
        model.Parameters.ClearGradients();
        bptt.ResetState();
        bptt.WindowCount = 0;

        GoOn(bptt).Should().Equal(GoOn(other)).And.OnlyContain(value => double.IsFinite(value));

        double[] GoOn(Bptt<double> one)
        {
            double[] output = one.Forward(input, lengths).ToArray();
            Numbers.Random(output.Length, seed: 4).CopyTo(one.OutputGradient);
            one.Backward();
            return [.. output, .. one.InputGradient, .. one.Model.Parameters.Gradients];
        }
    }

    /// <summary>A sequence without a step keeps its state, be it no number, to itself.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_sequence_of_length_0_has_no_part_in_a_gradient(string name)
    {
        Run(double.NaN).Should().Equal(Run(0.5)).And.OnlyContain(value => double.IsFinite(value));

        double[] Run(double reading)
        {
            Sequential<double> model = new(Layers()[name]());
            model.Initialize(seed: 3);
            Bptt<double> bptt = new(model, steps: 2, batch: 2);
            double[] first = Numbers.Random(8, seed: 1);
            (first[2], first[3]) = (reading, reading);
            bptt.Forward(first);
            bptt.Forward(Numbers.Random(8, seed: 2), [2, 0]);
            bptt.OutputGradient.Fill(1);
            bptt.Backward();
            return model.Parameters.Gradients.ToArray();
        }
    }

    private static Dictionary<string, Func<Layer<double>>> Layers() => new()
    {
        ["lstm"] = () => new LstmLayer<double>(2, 4),
        ["lstm, full gate recurrence"] = () => new LstmLayer<double>(2, 4, LstmVariants.FullGateRecurrence),
        ["lstm, projection"] = () => new LstmLayer<double>(2, 4, new() { Projection = 3 }),
        ["lstm, hidden dropout"] = () => new LstmLayer<double>(2, 4, new() { HiddenDropout = 0.5 }),
        ["lstm, split normalisation"] = () => new LstmLayer<double>(2, 4, new() { LayerNorm = LayerNormOptions.Ba }),
        ["lstm, zoneout"] = () => new LstmLayer<double>(2, 4, new() { ZoneoutHidden = 0.5, ZoneoutCell = 0.5 }),
        ["gru, reset before"] = () => new GruLayer<double>(2, 4, new() { ResetAfter = false }),
        ["gru, reset before, hidden dropout"] = () => new GruLayer<double>(2, 4, new() { ResetAfter = false, HiddenDropout = 0.5 }),
        ["gru, reset after"] = () => new GruLayer<double>(2, 4, new() { ResetAfter = true }),
        ["rnn"] = () => new RnnLayer<double>(2, 4),
    };
}
