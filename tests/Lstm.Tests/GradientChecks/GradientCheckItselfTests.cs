namespace Lstm.Tests.GradientChecks;

/// <summary>A check that cannot fail proves nothing: layers with known faults must be found out, each by the right tensor.</summary>
public sealed class GradientCheckItselfTests
{
    [Fact]
    public void A_right_layer_of_a_user_passes() =>
        GradientCheck.Run(new Scale(Fault.None), steps: 3, batch: 2).ThrowIfWorseThan(1e-9);

    [Theory]
    [InlineData(Fault.WrongParameterGradient, "d0.s[*backward*finite differences*relative error*")]
    [InlineData(Fault.ParameterGradientAssigned, "d0.s[*")]
    [InlineData(Fault.WrongInputGradient, "dx[*")]
    [InlineData(Fault.InputGradientAdded, "dx[*")]
    [InlineData(Fault.InputGradientNaN, "dx[*")]
    public void A_fault_is_found_and_named(Fault fault, string message)
    {
        GradientCheckReport report = GradientCheck.Run(new Scale(fault), steps: 3, batch: 2);

        Action check = () => report.ThrowIfWorseThan(1e-7);

        check.Should().Throw<GradientCheckException>().WithMessage($"1 of 2 gradients*{message}");
    }

    [Fact]
    public void The_model_is_left_as_it_was()
    {
        Sequential<double> model = new(new LstmLayer<double>(2, 3), new Dense<double>(3, 2));
        double[] before = model.Parameters.Values.ToArray();

        GradientCheck.Run(model, steps: 3, batch: 2);

        model.Parameters.Values.ToArray().Should().Equal(before);
        model.Parameters.Gradients.ContainsAnyExcept(0.0).Should().BeFalse();
    }

    [Fact]
    public void The_report_has_a_line_for_every_tensor()
    {
        GradientCheckReport report = GradientCheck.Run(new LstmLayer<double>(2, 3, new() { Peepholes = true }), steps: 3, batch: 2);

        report.Tensors.Select(tensor => tensor.Name).Should().Equal("0.W", "0.R", "0.b", "0.p", "x", "0.h0", "0.c0");
        report.ToString().Split(Environment.NewLine).Should().HaveCount(7);
        report.Worst.RelativeError.Should().Be(report.Tensors.Max(tensor => tensor.RelativeError));
    }

    public enum Fault
    {
        None,
        WrongParameterGradient,
        ParameterGradientAssigned,
        WrongInputGradient,
        InputGradientAdded,
        InputGradientNaN,
    }

    /// <summary>y = s * x * x, written with the public API alone, as a user would write a layer.</summary>
    private sealed class Scale : Layer<double>
    {
        private readonly Fault _fault;

        public Scale(Fault fault)
            : base(4, 4)
        {
            _fault = fault;
            Factor = AddParameter("s", Initializer.One, 4);
        }

        public Parameter<double> Factor { get; }

        public override LayerPass<double> CreatePass(PassContext<double> context) => new Pass(context, this);

        private sealed class Pass(PassContext<double> context, Scale layer) : LayerPass<double>(context, layer)
        {
            private readonly double[] _output = new double[context.Steps * context.Batch * 4];

            public override ReadOnlyMemory<double> Output => _output;

            public override void Forward(LayerInput<double> input)
            {
                for (int k = 0; k < input.Values.Length; k++)
                {
                    _output[k] = layer.Factor.Value[k % 4] * input.Values[k] * input.Values[k];
                }
            }

            public override void Backward(LayerInput<double> input, Span<double> inputGradient)
            {
                double kept = layer._fault == Fault.ParameterGradientAssigned ? 0 : 1;
                for (int k = 0; k < 4; k++)
                {
                    layer.Factor.Gradient[k] *= kept;
                }

                for (int k = 0; k < input.Values.Length; k++)
                {
                    double dy = OutputGradient[k], x = input.Values[k];
                    layer.Factor.Gradient[k % 4] += dy * x * x * (layer._fault == Fault.WrongParameterGradient ? 1.00001 : 1);
                    double dx = 2 * dy * layer.Factor.Value[k % 4] * x;
                    inputGradient[k] = layer._fault switch
                    {
                        Fault.WrongInputGradient => k == 0 ? -dx : dx,
                        Fault.InputGradientAdded => inputGradient[k] + dx,
                        Fault.InputGradientNaN => k == 5 ? double.NaN : dx,
                        _ => dx,
                    };
                }
            }
        }
    }
}
