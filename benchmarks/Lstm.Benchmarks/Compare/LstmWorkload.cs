using System.Diagnostics;
using System.Numerics;

namespace Lstm.Benchmarks.Compare;

/// <summary>The work of one case as this library does it: the library's own forward and backward passes, with nothing between them.</summary>
internal sealed class LstmWorkload<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Sequential<T> _model;
    private readonly Bptt<T> _bptt;
    private readonly T[] _input;
    private readonly T[] _outputGradient;
    private readonly T[][] _initialStates;
    private readonly T _firstWeight;
    private readonly bool _training;

    public LstmWorkload(Configuration configuration, string cell, int threads)
    {
        int hidden = configuration.HiddenSize;
        _training = configuration.IsTraining;
        _model = new Sequential<T>([.. Enumerable.Range(0, configuration.Layers).Select(layer =>
            Cells.Create<T>(cell, layer == 0 ? configuration.InputSize : hidden, hidden))]);
        foreach (Parameter<T> parameter in _model.Parameters)
        {
            TestData.FillNamed(parameter.Name, parameter.Value, hidden);
        }

        _bptt = new Bptt<T>(_model, configuration.Steps, configuration.Batch, new() { Threads = threads, ForwardOnly = !_training });
        foreach (RecurrentState<T> state in _bptt.States)
        {
            TestData.FillNamed(state.Name, state.Value, hidden);
        }

        _firstWeight = _model.Parameters.Values[0];
        _initialStates = [.. _bptt.States.Select(state => state.Value.ToArray())];
        int rows = configuration.Steps * configuration.Batch;
        (_input, _outputGradient) = (new T[rows * configuration.InputSize], new T[rows * hidden]);
        TestData.Fill<T>(_input, TestData.Input);
        TestData.Fill<T>(_outputGradient, TestData.OutputGradient);
    }

    public IReadOnlyDictionary<string, Fingerprint> Check()
    {
        RestoreStates();
        Train();
        Dictionary<string, Fingerprint> results = new() { ["y"] = TestData.FingerprintOf(_bptt.Output) };
        if (_training)
        {
            results["dx"] = TestData.FingerprintOf(_bptt.InputGradient);
            foreach (Parameter<T> parameter in _model.Parameters)
            {
                results[parameter.Name] = TestData.FingerprintOf<T>(parameter.Gradient);
            }

            foreach (RecurrentState<T> state in _bptt.States)
            {
                results[state.Name] = TestData.FingerprintOf<T>(state.InitialGradient);
            }
        }

        return results;
    }

    public Timing Run(int repetitions)
    {
        Train();
        double[] forward = new double[repetitions], train = new double[repetitions];
        for (int n = 0; n < repetitions; n++)
        {
            forward[n] = Forward();
        }

        for (int n = 0; n < repetitions; n++)
        {
            train[n] = Train();
        }

        return Timing.Of(forward, train);
    }

    /// <summary>Returns the milliseconds of a forward pass.</summary>
    private double Forward()
    {
        long start = Stopwatch.GetTimestamp();
        if (_training)
        {
            // As an optimiser does: what was packed of the weights before may not be used again.
            _model.Parameters.Values[0] = _firstWeight;
            RestoreStates();
        }

        _bptt.Forward(_input);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Returns the milliseconds of a training step without its loss, which would write the gradient of the output.</summary>
    private double Train()
    {
        double forward = Forward();
        if (!_training)
        {
            return forward;
        }

        _outputGradient.CopyTo(_bptt.OutputGradient);
        long start = Stopwatch.GetTimestamp();
        _model.Parameters.ClearGradients();
        _bptt.Backward();
        return forward + Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private void RestoreStates()
    {
        for (int k = 0; k < _initialStates.Length; k++)
        {
            _initialStates[k].CopyTo(_bptt.States[k].Value);
        }
    }
}
