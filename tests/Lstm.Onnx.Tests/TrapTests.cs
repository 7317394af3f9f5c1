namespace Lstm.Onnx.Tests;

/// <summary>
/// Where exporters go wrong, with numbers that the equations give when they are written out here: one unit, one input of 1.
/// </summary>
public sealed class TrapTests
{
    private const double X = 1, H = 0.3, C = -0.4;

    [Fact]
    public void The_gates_of_an_lstm_are_put_in_the_order_i_o_f_g()
    {
        Sequential<float> model = new(new LstmLayer<float>(1, 1));
        Set(model, "0.W", 0.1f, 0.7f, -0.5f, 1.3f);
        Set(model, "0.R", -0.2f, 0.4f, 0.9f, -0.6f);
        Set(model, "0.b", 0.05f, -0.15f, 0.25f, 0.35f);

        (double i, double f) = (Sigmoid(0.1 * X - 0.2 * H + 0.05), Sigmoid(0.7 * X + 0.4 * H - 0.15));
        (double g, double o) = (Math.Tanh(-0.5 * X + 0.9 * H + 0.25), Sigmoid(1.3 * X - 0.6 * H + 0.35));
        double c = f * C + i * g;
        ShouldStepTo(model, o * Math.Tanh(c), c);
    }

    [Fact]
    public void Peepholes_are_put_in_the_order_i_o_f_and_the_output_gate_sees_the_new_state()
    {
        Sequential<float> model = new(new LstmLayer<float>(1, 1, new() { Peepholes = true }));
        Set(model, "0.W", 0.1f, 0.7f, -0.5f, 1.3f);
        Set(model, "0.R", 0, 0, 0, 0);
        Set(model, "0.b", 0, 0, 0, 0);
        Set(model, "0.p", 0.8f, -1.2f, 2.1f);

        (double i, double f, double g) = (Sigmoid(0.1 + 0.8 * C), Sigmoid(0.7 - 1.2 * C), Math.Tanh(-0.5));
        double c = f * C + i * g, o = Sigmoid(1.3 + 2.1 * c);
        ShouldStepTo(model, o * Math.Tanh(c), c);
    }

    [Fact]
    public void Coupled_gates_have_f_as_1_minus_i()
    {
        Sequential<float> model = new(new LstmLayer<float>(1, 1, new() { CoupledGates = true }));
        Set(model, "0.W", 0.9f, -0.5f, 1.3f);
        Set(model, "0.R", 0, 0, 0);
        Set(model, "0.b", 0, 0, 0);

        (double i, double g, double o) = (Sigmoid(0.9), Math.Tanh(-0.5), Sigmoid(1.3));
        double c = (1 - i) * C + i * g;
        ShouldStepTo(model, o * Math.Tanh(c), c);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gru_resets_before_or_after_the_product_and_z_keeps_the_old_state(bool resetAfter)
    {
        Sequential<float> model = new(new GruLayer<float>(1, 1, new() { ResetAfter = resetAfter }));
        Set(model, "0.W", 0.4f, -0.7f, 0.6f);
        Set(model, "0.R", 0.5f, 0.2f, -1.1f);
        Set(model, "0.b", 0.1f, -0.2f, 0.3f);
        if (resetAfter)
        {
            Set(model, "0.rb", 0.9f);
        }

        (double r, double z) = (Sigmoid(0.4 + 0.5 * H + 0.1), Sigmoid(-0.7 + 0.2 * H - 0.2));
        double n = Math.Tanh(0.6 + 0.3 + (resetAfter ? r * (-1.1 * H + 0.9) : -1.1 * (r * H)));
        ShouldStepTo(model, (1 - z) * n + z * H);
    }

    [Fact]
    public void The_reset_after_the_product_is_said_by_linear_before_reset()
    {
        string after = Text(new(new GruLayer<float>(1, 1)));
        string before = Text(new(new GruLayer<float>(1, 1, new() { ResetAfter = false })));

        const string attribute = "linear_before_reset\u0018";
        after.Should().Contain(attribute + '\u0001');
        before.Should().Contain(attribute + '\0');
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gru, reset after")]
    [InlineData("rnn, tanh")]
    [InlineData("layer norm")]
    public void The_backward_direction_starts_at_the_last_step_of_each_sequence(string cell)
    {
        Sequential<float> model = new(new Bidirectional<float>(() => CellCatalogue.Create(cell, 1, 2)));
        Comparison.Randomize(model, new Random(1));
        using OnnxModel short2 = new(OnnxExport.ToBytes(model)), padded = new(OnnxExport.ToBytes(model, new() { Lengths = true }));
        short2.Set("input", [0.5f, -0.7f], 2, 1, 1);
        padded.Set("input", [0.5f, -0.7f, 9, 9, 9], 5, 1, 1);
        padded.Set("lengths", [2], 1);

        float[] expected = [.. short2.Run()["output"], .. new float[3 * 4]];
        Comparison.ShouldBeNear(padded.Run()["output"], expected, "output");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gru, reset after")]
    [InlineData("rnn, tanh")]
    [InlineData("layer norm")]
    [InlineData("full gate recurrence")]
    public void A_sequence_of_length_0_keeps_its_state(string cell)
    {
        Sequential<float> model = new(new Bidirectional<float>(() => CellCatalogue.Create(cell, 1, 2)));
        using OnnxModel actual = new(OnnxExport.ToBytes(model, new() { Lengths = true, States = true }));
        actual.Set("input", [0.5f, 0.5f], 1, 2, 1);
        actual.Set("lengths", [0, 1], 2);
        string[] states = [.. actual.InputNames.Skip(2)];
        foreach (string state in states)
        {
            int size = state.EndsWith("gates", StringComparison.Ordinal) ? 6 : 2;
            actual.Set(state, [.. Enumerable.Repeat(0.25f, size), .. new float[size]], 2, size);
        }

        Dictionary<string, float[]> results = actual.Run();
        results["output"].Take(4).Should().AllBeEquivalentTo(0f);
        foreach (string state in states)
        {
            float[] next = results[$"{state}.next"];
            next.Take(next.Length / 2).Should().AllBeEquivalentTo(0.25f);
            next.Skip(next.Length / 2).Should().NotContain(0f);
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("projection, layer norm, learned states")]
    [InlineData("zoneout, full gate recurrence")]
    [InlineData("gru, reset before")]
    [InlineData("rnn, relu")]
    public void A_sequence_goes_on_with_the_states_that_came_out(string cell)
    {
        Sequential<float> model = new(CellCatalogue.Create(cell, 3, 4), new Dense<float>(CellCatalogue.Create(cell, 3, 4).OutputSize, 2));
        Comparison.Randomize(model, new Random(1));
        Bptt<float> expected = new(model, steps: 2, batch: 1, new() { ForwardOnly = true });
        using OnnxModel actual = new(OnnxExport.ToBytes(model, new() { States = true }));
        foreach (RecurrentState<float> state in expected.States)
        {
            actual.Set(state.Name, state.Value.ToArray(), 1, state.Size);
        }

        for (int window = 0; window < 3; window++)
        {
            float[] input = [0.5f, -0.4f, 0.3f * window, 0.1f, 0.9f, -0.8f];
            actual.Set("input", input, 2, 1, 3);
            Dictionary<string, float[]> results = actual.Run();
            Comparison.ShouldBeNear(results["output"], expected.Forward(input), $"output of window {window}");
            foreach (RecurrentState<float> state in expected.States)
            {
                actual.Set(state.Name, results[$"{state.Name}.next"], 1, state.Size);
            }
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void Set(Sequential<float> model, string name, params float[] values) =>
        values.CopyTo(model.Parameters[name].Value);

    private static string Text(Sequential<float> model) => System.Text.Encoding.Latin1.GetString(OnnxExport.ToBytes(model));

    /// <summary>Runs one step of one sequence from h = H and c = C, and compares the states after it.</summary>
    private static void ShouldStepTo(Sequential<float> model, double h, double? c = null)
    {
        using OnnxModel actual = new(OnnxExport.ToBytes(model, new() { States = true }));
        actual.Set("input", [(float)X], 1, 1, 1);
        actual.Set("0.h", [(float)H], 1, 1);
        if (c != null)
        {
            actual.Set("0.c", [(float)C], 1, 1);
        }

        Dictionary<string, float[]> results = actual.Run();
        Comparison.ShouldBeNear(results["output"], [(float)h], "output");
        Comparison.ShouldBeNear(results["0.h.next"], [(float)h], "h");
        if (c != null)
        {
            Comparison.ShouldBeNear(results["0.c.next"], [(float)c], "c");
        }
    }
}
