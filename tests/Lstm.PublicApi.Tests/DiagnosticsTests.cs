namespace Lstm.PublicApi.Tests;

/// <summary>Records of the backward pass have the gates and states of users' cells, by their names.</summary>
public sealed class DiagnosticsTests
{
    private const int Steps = 4, Batch = 2, InputSize = 3;

    [Theory]
    [InlineData("minimal", "dh dan daf dx dh_next")]
    [InlineData("three states", "dh dao daz daf dai dx dh_next dc_next dn_next")]
    [InlineData("peephole", "dh dao dag daf dx dc_next dh_next")]
    public void A_trace_has_every_gradient_of_a_step(string name, string names)
    {
        Trial<double> trial = new(Model(name), Steps, Batch);
        using BackwardTrace<double> trace = new(trial.Bptt, sequence: 1);

        trial.Window(1, [2, 4]);

        trace.Layers.Should().ContainSingle().Which.Name.Should().Be("0");
        trace.Layers[0].Steps.Select(step => step.Step).Should().Equal(0, 1, 2, 3);
        trace.Layers[0].Steps.Should().OnlyContain(step => string.Join(' ', step.Names) == names);
        foreach (RecurrentState<double> state in trial.Bptt.States)
        {
            Same.Bits(
                trace.Layers[0].Steps[0][$"d{state.Name[2..]}_next"],
                state.InitialGradient[state.Size..],
                $"gradients of {state.Name} in the trace and in the state");
        }

        trace.ToString().Should().Contain("layer 0, sequence 1, step 3");
    }

    [Theory]
    [InlineData("minimal", "f n", false)]
    [InlineData("three states", "i f z o", true)]
    [InlineData("peephole", "f g o", true)]
    public void A_flow_has_every_gate_and_the_states_h_and_c(string name, string gates, bool hasCellState)
    {
        Trial<double> trial = new(Model(name), Steps, Batch);
        using GradientFlow<double> flow = new(trial.Bptt);

        trial.Window(1, [2, 4]);

        LayerFlow layer = flow.Layers.Should().ContainSingle().Subject;
        layer.Gates.Should().Equal(gates.Split(' '));
        layer.Steps.Select(step => step.Sequences).Should().Equal(2, 2, 1, 1);
        foreach (StepFlow step in layer.Steps)
        {
            step.HiddenGradientNorm.Should().BePositive();
            step.Gate("f").Mean.Should().BeInRange(0.1, 0.9);
            (step.CellGradientNorm is not null).Should().Be(hasCellState);
            (step.Cell is not null).Should().Be(hasCellState);
            step.Hidden.Max.Should().BeInRange(-1, 1);
        }
    }

    [Theory]
    [InlineData("minimal", "h")]
    [InlineData("three states", "h c n")]
    [InlineData("peephole", "c h")]
    public void A_flow_has_the_gradient_of_every_state(string name, string states)
    {
        Trial<double> trial = new(Model(name), Steps, batch: 1);
        using GradientFlow<double> flow = new(trial.Bptt);
        using BackwardTrace<double> trace = new(trial.Bptt, sequence: 0);

        trial.Window(1);

        IReadOnlyList<StepFlow> steps = flow.Layers[0].Steps;
        for (int t = 0; t < Steps - 1; t++)
        {
            steps[t].States.Select(state => state.Name).Should().Equal(states.Split(' '));
            steps[t].State("h").GradientNorm.Should().Be(steps[t].HiddenGradientNorm);
            steps[t].State("h").GradientNorm.Should().BeApproximately(Norm(trace.Layers[0].Steps[t]["dh"]), 1e-14);
            foreach (StateFlow state in steps[t].States.Where(state => state.Name != "h"))
            {
                state.GradientNorm.Should().BeApproximately(Norm(trace.Layers[0].Steps[t + 1][$"d{state.Name}_next"]), 1e-14);
            }
        }

        foreach (RecurrentState<double> state in trial.Bptt.States)
        {
            // After the last step a state is what the window hands out, and the gradient at it is the one that was given.
            StateFlow last = steps[^1].State(state.Name[2..]);
            last.Values.Max.Should().Be(state.Value.ToArray().Max());
            last.Values.Mean.Should().BeApproximately(state.Value.ToArray().Average(), 1e-15);
            if (state.Name != "0.h")
            {
                last.GradientNorm.Should().BeApproximately(Norm(RandomNumbers.Of<double>(state.Size, 2001)), 1e-14);
            }
        }

        FluentActions.Invoking(() => steps[0].State("x")).Should().Throw<KeyNotFoundException>().WithMessage("*no state 'x'*h*");
    }

    [Fact]
    public void Records_name_layers_within_a_layer_of_a_user()
    {
        Trial<double> trial = new(Subjects.Model<double>("stack", InputSize), Steps, Batch, new() { SegmentSteps = 2, Recompute = true });
        using GradientFlow<double> flow = new(trial.Bptt);
        using BackwardTrace<double> trace = new(trial.Bptt);

        trial.Window(1);

        trial.Bptt.States.Select(state => state.Name).Should().Equal("0.first.h", "0.first.c", "0.first.n", "0.gate.h");
        flow.Layers.Select(layer => layer.Name).Should().Equal("0.first", "0.gate");
        trace.Layers.Select(layer => layer.Name).Should().Equal("0.first", "0.gate");
        trace.Layers[1].Steps.Should().HaveCount(Steps);
    }

    [Theory]
    [InlineData("minimal", "0.W 0.R 0.b")]
    [InlineData("minimal, everything", "0.W 0.R 0.b 0.h0")]
    [InlineData("three states, everything", "0.W 0.R 0.b 0.h0 0.c0 0.n0")]
    [InlineData("peephole, everything", "0.W 0.R 0.P 0.b 0.p 0.c0 0.h0")]
    [InlineData("average from start", "0.d 0.a0")]
    [InlineData("pair", "0.first.W 0.first.b 0.gate.W 0.gate.R 0.gate.b")]
    [InlineData(
        "bidirectional pair",
        "0.forward.first.W 0.forward.first.b 0.forward.gate.W 0.forward.gate.R 0.forward.gate.b "
        + "0.backward.d 0.backward.a0")]
    public void Parameters_have_the_names_that_were_declared(string name, string names) =>
        Subjects.Model<float>(name, InputSize).Parameters.SkipLast(2).Select(parameter => parameter.Name).Should().Equal(names.Split(' '));

    private static double Norm(ReadOnlySpan<double> gradient)
    {
        double sum = 0;
        foreach (double element in gradient)
        {
            sum += element * element;
        }

        return Math.Sqrt(sum);
    }

    private static Sequential<double> Model(string name)
    {
        Sequential<double> model = new(Subjects.Cell<double>(name, InputSize));
        model.Initialize(4);
        return model;
    }
}
