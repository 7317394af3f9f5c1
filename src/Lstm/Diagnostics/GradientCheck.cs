using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Compares the gradients of backward passes with finite differences of forward passes, in double: for every parameter, the input and every
/// initial state. The loss is a sum of all outputs of all steps and of the final states, each with a random weight. The check also looks
/// for other mistakes that a layer can make: memory that is not set, or is written to beyond its end, passes that do not repeat themselves,
/// and the other kinds of <see cref="LayerMistakeKind"/>.
/// </summary>
/// <remarks>
/// Frozen parameters (<see cref="Parameter{T}.IsFrozen"/>) have no gradient and are left out. The derivative is the central difference D(s)
/// = (f(x+s) - f(x-s)) / 2s at three step sizes, extrapolated to s = 0 (Richardson 1911). Its error of order s^6 leaves some ten digits
/// where a single difference leaves seven. Where the steps do not agree among themselves, for example across the corner of a limit or where
/// the loss bends sharply, they are made smaller, and those that agree best count (Ridders 1982).
/// </remarks>
public static class GradientCheck
{
    private const double LargestStep = 1e-3, SmallestStep = 1e-6, StepRatio = 8;

    /// <summary>
    /// The relative agreement of two extrapolations of order s^4 from which on the extrapolation of order s^6 is trusted.
    /// </summary>
    private const double Convergence = 1e-8;

    /// <summary>Checks a layer, which becomes part of a model of its own, at random values of parameters, input and states.</summary>
    /// <inheritdoc cref="Run(Sequential{double}, int, int, ulong, bool, int[])"/>
    public static GradientCheckReport Run(
        Layer<double> layer, int steps, int batch, ulong seed = 0, bool tokens = false, int[]? lengths = null)
    {
        CheckSizes(steps, batch);
        return Run(new Sequential<double>(layer), steps, batch, seed, tokens, lengths);
    }

    /// <summary>
    /// Checks a model at random values of its input and its states, and at its parameters plus random numbers in ±0.3, because terms can
    /// hide behind a bias of 0 or a gain of 1. Afterwards the parameters are as they were, and their gradients are 0.
    /// </summary>
    /// <param name="model">The model to check.</param>
    /// <param name="steps">T; take 3 or more, so that gradients pass through a step with neighbours on both sides.</param>
    /// <param name="batch">B; take 2 or more, so that gradients add up.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="tokens">
    /// Whether the input is token ids, as it always is where the first layer accepts nothing else; default: false.
    /// </param>
    /// <param name="lengths">[batch] the number of steps of every sequence; default: null, where every sequence has all steps.</param>
    /// <returns>The worst element of every tensor, and the other mistakes of layers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentException">Token ids are requested, but the first layer accepts none.</exception>
    /// <exception cref="GradientCheckException">
    /// The output of a layer has no room for the window, so that nothing can be checked.
    /// </exception>
    public static GradientCheckReport Run(
        Sequential<double> model, int steps, int batch, ulong seed = 0, bool tokens = false, int[]? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        CheckSizes(steps, batch);
        double[] original = model.Parameters.Values.ToArray();
        try
        {
            Philox random = new(seed, RandomStream.GradientCheck);
            AddNoise(model.Parameters.Values, 0.3, ref random);
            Experiment experiment = new(model, steps, batch, tokens || !model.Layers[0].AcceptsValues, lengths ?? [], ref random);
            LayerInspection inspection = experiment.Inspection(ref random);
            inspection.ThrowIfOutputTooShort();
            TensorGradientCheck[] tensors = [.. experiment.Tensors().Select(tensor => Compare(tensor, experiment))];
            experiment.RestoreParameters();
            return new GradientCheckReport(tensors, inspection.Find());
        }
        finally
        {
            original.CopyTo(model.Parameters.Values);
            model.Parameters.ClearGradients();
        }
    }

    private static void CheckSizes(int steps, int batch)
    {
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
    }

    private static TensorGradientCheck Compare(CheckedTensor tensor, Experiment experiment)
    {
        double[] numeric = new double[tensor.Analytic.Length];
        for (int k = 0; k < numeric.Length; k++)
        {
            numeric[k] = Differentiate(tensor.Value, k, experiment);
        }

        string hint = GradientHint.Of(tensor.Shape, tensor.IsParameter, tensor.Analytic, numeric, tensor.First, tensor.Second);
        return TensorGradientCheck.Create(tensor.Name, tensor.Shape, tensor.Analytic, numeric) with { Hint = hint };
    }

    private static double Differentiate(Memory<double> value, int index, Experiment experiment)
    {
        double at = value.Span[index], best = double.NaN, smallestDoubt = double.PositiveInfinity;
        double LossAt(double offset)
        {
            value.Span[index] = at + offset;
            return experiment.Loss();
        }

        double Difference(double step) => (LossAt(step) - LossAt(-step)) / (2 * step);

        for (double step = LargestStep; step > SmallestStep; step /= StepRatio)
        {
            double full = Difference(step), half = Difference(step / 2), quarter = Difference(step / 4);
            double coarse = (4 * half - full) / 3, fine = (4 * quarter - half) / 3, doubt = Math.Abs(fine - coarse);
            if (doubt < smallestDoubt)
            {
                (best, smallestDoubt) = ((16 * fine - coarse) / 15, doubt);
            }

            if (doubt <= Convergence * Math.Max(1, Math.Abs(best)))
            {
                break;
            }
        }

        value.Span[index] = at;
        return best;
    }

    private static void AddNoise(Span<double> values, double limit, ref Philox random)
    {
        foreach (ref double value in values)
        {
            value += limit * (2 * random.NextUniform() - 1);
        }
    }

    /// <summary>A tensor, the memory in which it is read and written, and its gradient after two backward passes.</summary>
    private sealed record CheckedTensor(string Name, int[] Shape, Memory<double> Value, double[] First, double[] Second, bool IsParameter)
    {
        /// <summary>The gradient as both passes together give it.</summary>
        public double[] Analytic { get; } = IsParameter ? Array.ConvertAll(Second, value => value / 2) : Second;
    }

    /// <summary>One window with fixed random input, initial states and weights of the loss.</summary>
    private sealed class Experiment
    {
        private readonly Bptt<double> _bptt;
        private readonly double[] _parameters;
        private readonly double[] _input;
        private readonly int[] _tokens;
        private readonly int[] _lengths;
        private readonly double[] _outputWeights;
        private readonly double[][] _initialStates;
        private readonly double[][] _stateWeights;

        public Experiment(Sequential<double> model, int steps, int batch, bool tokens, int[] lengths, ref Philox random)
        {
            _bptt = new Bptt<double>(model, steps, batch, new BpttOptions { Threads = 1 });
            _parameters = model.Parameters.Values.ToArray();
            _lengths = lengths;
            int inputSize = model.Layers[0].InputSize;
            int width = tokens ? 0 : inputSize;
            int inputs = ArraySize.Of("The inputs", nameof(steps), ("steps", steps), ("batch", batch), ("inputSize", width));
            _input = Draw(inputs, ref random);
            _tokens = new int[tokens ? steps * batch : 0];
            for (int k = 0; k < _tokens.Length; k++)
            {
                _tokens[k] = (int)(random.NextUniform() * inputSize);
            }

            _outputWeights = Draw(steps * batch * model.Layers[^1].OutputSize, ref random);
            _initialStates = new double[_bptt.States.Count][];
            _stateWeights = new double[_bptt.States.Count][];
            for (int k = 0; k < _bptt.States.Count; k++)
            {
                _initialStates[k] = Draw(_bptt.States[k].Value.Length, ref random);
                _stateWeights[k] = Draw(_bptt.States[k].Value.Length, ref random);
            }
        }

        /// <summary>Computes the loss at the present values of all tensors.</summary>
        public double Loss()
        {
            _parameters.CopyTo(_bptt.Model.Parameters.Values);
            double loss = Dot(Forward(), _outputWeights);
            for (int k = 0; k < _stateWeights.Length; k++)
            {
                loss += Dot(_bptt.States[k].Value, _stateWeights[k]);
            }

            return loss;
        }

        public IEnumerable<CheckedTensor> Tensors()
        {
            // Half the sum of two passes reveals a layer that does not add to its parameters' gradients, or that adds to its input's.
            _bptt.Model.Parameters.ClearGradients();
            Backward();
            double[] firstParameters = _bptt.Model.Parameters.Gradients.ToArray(), firstInput = _bptt.InputGradient.ToArray();
            Backward();
            int offset = 0;
            foreach (Parameter<double> parameter in _bptt.Model.Parameters)
            {
                if (!parameter.IsFrozen)
                {
                    double[] first = firstParameters[offset..(offset + parameter.Length)], second = parameter.Gradient.ToArray();
                    Memory<double> value = _parameters.AsMemory(offset, parameter.Length);
                    yield return new(parameter.Name, parameter.Shape.ToArray(), value, first, second, IsParameter: true);
                }

                offset += parameter.Length;
            }

            if (_input.Length > 0)
            {
                int[] shape = [_bptt.Steps, _bptt.Batch, _bptt.Model.Layers[0].InputSize];
                yield return new("x", shape, _input, firstInput, _bptt.InputGradient.ToArray(), IsParameter: false);
            }

            for (int k = 0; k < _bptt.States.Count; k++)
            {
                RecurrentState<double> state = _bptt.States[k];
                if (state.Initial is null)
                {
                    double[] gradient = state.InitialGradient.ToArray();
                    yield return new(
                        $"{state.Name}0", [state.Batch, state.Size], _initialStates[k], gradient, gradient, IsParameter: false);
                }
            }
        }

        public void RestoreParameters() => _parameters.CopyTo(_bptt.Model.Parameters.Values);

        /// <summary>Creates the search for mistakes other than wrong gradients, in the same window.</summary>
        public LayerInspection Inspection(ref Philox random)
        {
            int count = _bptt.Model.Layers[0].InputSize, rows = _bptt.Steps * _bptt.Batch;
            InspectedWindow window = new(_bptt.Steps, _bptt.Batch, _input, _tokens, _outputWeights);
            InspectedWindow other = window with
            {
                Values = Draw(_input.Length, ref random),
                Tokens = Array.ConvertAll(_tokens, token => (token + 1) % count),
                OutputGradient = Draw(rows * _bptt.Model.Layers[^1].OutputSize, ref random),
            };
            return new LayerInspection(_bptt.Model, window, other, _lengths);
        }

        private ReadOnlySpan<double> Forward()
        {
            _bptt.ResetState();
            _bptt.WindowCount = 0;
            for (int k = 0; k < _initialStates.Length; k++)
            {
                // A trained initial state is checked as the parameter that it is.
                if (_bptt.States[k].Initial is null)
                {
                    _bptt.States[k].Set(_initialStates[k]);
                }
            }

            return _tokens.Length > 0 ? _bptt.ForwardTokens(_tokens, _lengths) : _bptt.Forward(_input, _lengths);
        }

        private void Backward()
        {
            Forward();
            _outputWeights.CopyTo(_bptt.OutputGradient);
            for (int k = 0; k < _stateWeights.Length; k++)
            {
                _stateWeights[k].CopyTo(_bptt.States[k].FinalGradient);
            }

            _bptt.Backward();
        }

        private static double[] Draw(int length, ref Philox random)
        {
            double[] values = new double[length];
            AddNoise(values, 1, ref random);
            return values;
        }

        private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            double sum = 0;
            for (int k = 0; k < a.Length; k++)
            {
                sum += a[k] * b[k];
            }

            return sum;
        }
    }
}
