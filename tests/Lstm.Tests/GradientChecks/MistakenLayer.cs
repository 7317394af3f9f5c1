namespace Lstm.Tests.GradientChecks;

/// <summary>What a user may get wrong in a layer.</summary>
public enum Mistake
{
    None,
    ParameterGradientAssigned,
    ParameterGradientAssignedAtEachStep,
    ParameterGradientForgotten,
    ParameterGradientOfOppositeSign,
    ParameterGradientAveraged,
    ParameterGradientWithoutLastStep,
    InputGradientForgotten,
    InputGradientAdded,
    InputGradientWithoutNextStep,
    InputGradientOfOppositeSign,
    InputGradientNotANumber,
    ParameterReadAtConstruction,
    RandomInForward,
    SumKeptFromForwardToForward,
    OutputGradientKeptFromBackwardToBackward,
    GradientBufferNotCleared,
    InputWritten,
    InputWrittenInBackward,
    ParameterWritten,
    GradientWrittenInForward,
    OutputTooShort,
    WritesBeyondWindow,
    ReadsBeyondWindow,
    ReadsOldOutputGradient,
    SequencesMixed,
    LaterStepsRead,
    MeanOverAllSteps,
    NeedsTwoSequences,
    OutputGradientInForward,
}

/// <summary>
/// y[t] = s * x[t]² + w * x[t-1], four numbers for each step of each sequence, written with the public API alone, as a user would write a
/// layer; with one mistake.
/// </summary>
internal sealed class MistakenLayer : Layer<double>
{
    private const int Size = 4;

    private readonly Mistake _mistake;
    private readonly Random _random = new(1);

    public MistakenLayer(Mistake mistake)
        : base(Size, Size)
    {
        _mistake = mistake;
        Square = AddParameter("s", Initializer.One, Size);
        Before = AddParameter("w", Initializer.One, Size);
    }

    public Parameter<double> Square { get; }

    public Parameter<double> Before { get; }

    public override bool IsCausal => _mistake != Mistake.MeanOverAllSteps;

    public override LayerPass<double> CreatePass(PassContext<double> context) => new Pass(context, this);

    private sealed class Pass : LayerPass<double>
    {
        private readonly MistakenLayer _layer;
        private readonly double[] _output;
        private readonly double[] _square;
        private readonly double[] _sum = new double[Size];
        private readonly double[] _kept;
        private double _total;

        public Pass(PassContext<double> context, MistakenLayer layer)
            : base(context, layer)
        {
            _layer = layer;
            int length = context.Steps * context.Batch * Size;
            _output = new double[Is(Mistake.OutputTooShort) ? length - context.Batch * Size : length];
            _kept = new double[length];
            _square = layer.Square.Value.ToArray();
        }

        public override ReadOnlyMemory<double> Output => _output;

        private int Row => Context.Batch * Size;

        public override void Forward(LayerInput<double> input)
        {
            ReadOnlySpan<double> x = input.Values;
            ReadOnlySpan<double> s = Is(Mistake.ParameterReadAtConstruction) ? _square : _layer.Square.Value;
            int before = Is(Mistake.SequencesMixed) ? Size : Row;
            for (int k = 0; k < x.Length; k++)
            {
                double old = k >= before ? x[k - before] : 0;
                if (Is(Mistake.LaterStepsRead))
                {
                    old = k + Row < x.Length ? x[k + Row] : 0;
                }

                _output[k] = s[k % Size] * x[k] * x[k] + _layer.Before.Value[k % Size] * old;
                _total += Is(Mistake.SumKeptFromForwardToForward) ? 1e-3 : 0;
                _output[k] += _total + (Is(Mistake.RandomInForward) ? 1e-12 * _layer._random.NextDouble() : 0);
            }

            Misbehave(input);
        }

        public override void Backward(LayerInput<double> input, Span<double> inputGradient)
        {
            ReadOnlySpan<double> x = input.Values, dy = OutputGradient[..x.Length], s = _layer.Square.Value;
            if (Is(Mistake.ReadsOldOutputGradient))
            {
                dy = OutputGradient;
            }

            if (Is(Mistake.OutputGradientKeptFromBackwardToBackward))
            {
                if (_total == 0)
                {
                    dy.CopyTo(_kept);
                    _total = 1e-300;
                }

                dy = _kept.AsSpan(0, x.Length);
            }

            AddParameterGradients(x, dy);
            for (int k = 0; k < x.Length && !inputGradient.IsEmpty; k++)
            {
                int after = k + Row;
                double next = Is(Mistake.SequencesMixed) ? After(dy, k, Size)
                    : Is(Mistake.LaterStepsRead) ? k >= Row ? dy[k - Row] : 0
                    : Is(Mistake.ReadsOldOutputGradient) && after < dy.Length ? dy[after]
                    : After(dy, k, Row);
                double dx = 2 * s[k % Size] * dy[k] * x[k] + _layer.Before.Value[k % Size] * next;
                switch (_layer._mistake)
                {
                    case Mistake.InputGradientForgotten:
                        break;
                    case Mistake.InputGradientAdded:
                        inputGradient[k] += dx;
                        break;
                    case Mistake.InputGradientWithoutNextStep:
                        inputGradient[k] = 2 * s[k % Size] * dy[k] * x[k];
                        break;
                    case Mistake.InputGradientNotANumber:
                        inputGradient[k] = dx * (k == 5 ? double.NaN : 1);
                        break;
                    default:
                        inputGradient[k] = Is(Mistake.InputGradientOfOppositeSign) ? -dx : dx;
                        break;
                }
            }

            if (Is(Mistake.MeanOverAllSteps))
            {
                BackwardOfMean(input, inputGradient);
            }

            if (Is(Mistake.InputWrittenInBackward))
            {
                Writable(x)[0] = 0;
            }
        }

        private static double After(ReadOnlySpan<double> dy, int k, int distance) => k + distance < dy.Length ? dy[k + distance] : 0;

        private void AddParameterGradients(ReadOnlySpan<double> x, ReadOnlySpan<double> dy)
        {
            Span<double> ds = _layer.Square.Gradient, dw = _layer.Before.Gradient;
            if (Is(Mistake.ParameterGradientAssigned))
            {
                ds.Clear();
            }

            if (!Is(Mistake.GradientBufferNotCleared))
            {
                Array.Clear(_sum);
            }

            int end = Is(Mistake.ParameterGradientWithoutLastStep) ? x.Length - Row : x.Length;
            for (int k = 0; k < end; k++)
            {
                _sum[k % Size] += dy[k] * x[k] * x[k];
                int before = Is(Mistake.SequencesMixed) ? k - Size : k - Row;
                dw[k % Size] += dy[k] * (Is(Mistake.LaterStepsRead) ? After(x, k, Row) : before >= 0 ? x[before] : 0);
                if (Is(Mistake.ParameterGradientAssignedAtEachStep))
                {
                    ds[k % Size] = dy[k] * x[k] * x[k];
                }
            }

            double factor = Is(Mistake.ParameterGradientOfOppositeSign) ? -1
                : Is(Mistake.ParameterGradientAveraged) ? 1.0 / Context.Batch
                : 1;
            bool adds = !Is(Mistake.ParameterGradientForgotten) && !Is(Mistake.ParameterGradientAssignedAtEachStep);
            for (int j = 0; j < Size && adds; j++)
            {
                ds[j] += factor * _sum[j];
            }
        }

        private void Misbehave(LayerInput<double> input)
        {
            switch (_layer._mistake)
            {
                case Mistake.InputWritten:
                    Writable(input.Values)[0] = 0;
                    break;
                case Mistake.ParameterWritten:
                    _layer.Before.Value[0] *= 1 + 1e-14;
                    break;
                case Mistake.GradientWrittenInForward:
                    _layer.Before.Gradient[1] += 1e-12;
                    break;
                case Mistake.WritesBeyondWindow:
                    _output.AsSpan(input.Values.Length).Clear();
                    break;
                case Mistake.ReadsBeyondWindow:
                    _output[0] += 0 * input.Values[Context.Steps * Row - 1];
                    break;
                case Mistake.NeedsTwoSequences:
                    _output[0] += 0 * input.Values[Size];
                    break;
                case Mistake.OutputGradientInForward:
                    OutputGradient[0] = 0;
                    break;
                case Mistake.MeanOverAllSteps:
                    for (int k = 0; k < input.Values.Length; k++)
                    {
                        _output[k] += Mean(input, k);
                    }

                    break;
            }
        }

        private double Mean(LayerInput<double> input, int k)
        {
            double sum = 0;
            for (int t = 0; t < input.Steps; t++)
            {
                sum += input.Values[t * Row + k % Row] / input.Steps;
            }

            return sum;
        }

        private void BackwardOfMean(LayerInput<double> input, Span<double> inputGradient)
        {
            for (int k = 0; k < inputGradient.Length; k++)
            {
                for (int t = 0; t < input.Steps; t++)
                {
                    inputGradient[k] += OutputGradient[t * Row + k % Row] / input.Steps;
                }
            }
        }

        private static Span<double> Writable(ReadOnlySpan<double> values) =>
            System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
                ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values), values.Length);

        private bool Is(Mistake mistake) => _layer._mistake == mistake;
    }
}
