namespace Lstm.Tests.GradientChecks;

/// <summary>
/// Each kind of mistake of a user's layer is found and named: by the tensor and what its gradient looks like, or by its kind.
/// </summary>
public sealed class GradientCheckMistakesTests
{
    public static TheoryData<Mistake, string> Messages => new()
    {
        { Mistake.ParameterGradientAssigned, "1 of 3*d0.s[*assigned (=)*(+=)*" },
        { Mistake.ParameterGradientAssignedAtEachStep, "1 of 3*d0.s[*assigned (=)*(+=)*" },
        { Mistake.ParameterGradientForgotten, "1 of 3*d0.s[*leaves it at 0*" },
        { Mistake.ParameterGradientOfOppositeSign, "1 of 3*d0.s[*its sign is wrong everywhere*" },
        { Mistake.ParameterGradientAveraged, "1 of 3*d0.s[*it is 0.5 times the true one everywhere*" },
        { Mistake.ParameterGradientWithoutLastStep, "2 of 3*d0.s[*4 of 4 elements are wrong*is a term, a step or a sequence missing*" },
        { Mistake.InputGradientForgotten, "1 of 3*dx[*leaves it at 0*InputGradientUnset: layer 0 (MistakenLayer)*" },
        { Mistake.InputGradientAdded, "1 of 3*dx[*added to (+=) where it has to be set (=)*InputGradientAdded: layer 0*" },
        { Mistake.InputGradientWithoutNextStep, "1 of 3*dx[*wrong at the steps 0, 1 alone*other steps*" },
        { Mistake.InputGradientOfOppositeSign, "1 of 3*dx[*sign is wrong everywhere*" },
        { Mistake.InputGradientNotANumber, "1 of 3*dx[0,1,1]*not finite*" },
        { Mistake.ParameterReadAtConstruction, "*d0.s[*no output depends on it*StaleParameters: layer 0*output (element*" },
        { Mistake.RandomInForward, "*NotDeterministic: layer 0*output (element*random*" },
        { Mistake.SumKeptFromForwardToForward, "*KeepsState: layer 0*output (element*" },
        { Mistake.OutputGradientKeptFromBackwardToBackward, "0 of 3*KeepsState: layer 0*gradient of a parameter*" },
        { Mistake.GradientBufferNotCleared, "1 of 3*d0.s[*1.5 times*KeepsState: layer 0*gradient of a parameter*" },
        { Mistake.InputWritten, "*ChangesInput: layer 0*" },
        { Mistake.InputWrittenInBackward, "*ChangesInput: layer 0*" },
        { Mistake.ParameterWritten, "0 of 3*ChangesParameters: layer 0*" },
        { Mistake.GradientWrittenInForward, "0 of 3*ForwardChangesGradients: layer 0*" },
        { Mistake.WritesBeyondWindow, "0 of 3*(1)*WritesBeyondWindow: layer 0*2 steps*for 3*Context.Steps*" },
        { Mistake.ReadsBeyondWindow, "0 of 3*(1)*ShortWindow: layer 0*throws IndexOutOfRangeException in a window of 2 steps*" },
        { Mistake.ReadsOldOutputGradient, "0 of 3*(1)*ShortWindow: layer 0*inputGradient (element*" },
        { Mistake.SequencesMixed, "0 of 3*(1)*MixesSequences: layer 0*" },
        { Mistake.LaterStepsRead, "0 of 3*(1)*NotCausal: layer 0*IsCausal*" },
        { Mistake.NeedsTwoSequences, "0 of 3*(1)*FailsOnOneSequence: layer 0*throws IndexOutOfRangeException*" },
        { Mistake.OutputGradientInForward, "0 of 3*(1)*FailsForwardOnly: layer 0*throws IndexOutOfRangeException*OutputGradient*" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_mistake_is_found_and_named(Mistake mistake, string message) =>
        FluentActions.Invoking(() => GradientCheck.Run(new MistakenLayer(mistake), steps: 3, batch: 2).ThrowIfWorseThan(1e-7))
            .Should().Throw<GradientCheckException>().WithMessage(message);

    [Fact]
    public void Every_mistake_has_its_message() =>
        Enum.GetValues<Mistake>().Except([Mistake.None, Mistake.OutputTooShort, Mistake.MeanOverAllSteps])
            .Should().BeEquivalentTo(Messages.Select(row => (Mistake)row[0]));

    [Theory]
    [InlineData(3, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(4, 1)]
    public void A_right_layer_has_none(int steps, int batch)
    {
        GradientCheckReport report = GradientCheck.Run(new MistakenLayer(Mistake.None), steps, batch).ThrowIfWorseThan(1e-9);

        report.Mistakes.Should().BeEmpty();
        report.Tensors.Should().OnlyContain(tensor => tensor.Hint == "");
    }

    [Fact]
    public void A_layer_that_reads_all_steps_is_right_without_lengths_and_refused_with_them()
    {
        GradientCheck.Run(new MistakenLayer(Mistake.MeanOverAllSteps), steps: 3, batch: 2).ThrowIfWorseThan(1e-9);

        GradientCheckReport report = GradientCheck.Run(new MistakenLayer(Mistake.MeanOverAllSteps), steps: 3, batch: 2, lengths: [3, 1]);

        report.Invoking(found => found.ThrowIfWorseThan(1e-9))
            .Should().Throw<GradientCheckException>().WithMessage("*DependsOnPadding: layer 0*sequence 1 of 1 steps*");
    }

    [Fact]
    public void An_output_that_is_too_short_is_named() =>
        FluentActions.Invoking(() => GradientCheck.Run(new MistakenLayer(Mistake.OutputTooShort), steps: 3, batch: 2))
            .Should().Throw<GradientCheckException>().WithMessage("layer 0 (MistakenLayer) has an Output of 16 numbers*expected 24*");

    [Theory]
    [InlineData(Mistake.InputGradientAdded, LayerMistakeKind.InputGradientAdded)]
    [InlineData(Mistake.RandomInForward, LayerMistakeKind.NotDeterministic)]
    [InlineData(Mistake.SumKeptFromForwardToForward, LayerMistakeKind.KeepsState)]
    [InlineData(Mistake.GradientBufferNotCleared, LayerMistakeKind.KeepsState)]
    [InlineData(Mistake.InputWritten, LayerMistakeKind.ChangesInput)]
    [InlineData(Mistake.ParameterWritten, LayerMistakeKind.ChangesParameters)]
    [InlineData(Mistake.WritesBeyondWindow, LayerMistakeKind.WritesBeyondWindow)]
    [InlineData(Mistake.SequencesMixed, LayerMistakeKind.MixesSequences)]
    [InlineData(Mistake.LaterStepsRead, LayerMistakeKind.NotCausal)]
    public void Among_other_layers_the_wrong_one_is_named(Mistake mistake, LayerMistakeKind kind)
    {
        Sequential<double> model = new(new LstmLayer<double>(3, 4), new MistakenLayer(mistake), new Dense<double>(4, 2));

        IReadOnlyList<LayerMistake> mistakes = GradientCheck.Run(model, steps: 3, batch: 2).Mistakes;

        mistakes.Should().Contain(found => found.Kind == kind);
        mistakes.Should().OnlyContain(found => found.Layer == 1 && found.Message.Contains("layer 1 (MistakenLayer)"));
    }

    [Fact]
    public void Afterwards_the_parameters_are_as_they_were()
    {
        Sequential<double> model = new(new MistakenLayer(Mistake.ParameterWritten));
        double[] before = model.Parameters.Values.ToArray();

        GradientCheck.Run(model, steps: 3, batch: 2);

        model.Parameters.Values.ToArray().Should().Equal(before);
    }
}
