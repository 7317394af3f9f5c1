using System.Diagnostics;
using System.Numerics;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>The work of one case as this library does it: its own forward and backward passes, with nothing between them.</summary>
internal sealed class LstmWorkload<T> : IWorkload
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Work _work;
    private readonly Sequential<T> _model;
    private readonly Bptt<T> _bptt;
    private readonly T[] _input;
    private readonly T[] _outputGradient;
    private readonly T[][] _initialStates;
    private readonly T _firstWeight;

    public LstmWorkload(Work work)
    {
        (int input, int hidden, int layers, int batch, int steps) = _work = work;
        _model = new Sequential<T>([.. Enumerable.Range(0, layers).Select(layer =>
            Cells.Create<T>(work.Cell, layer == 0 ? input : hidden, hidden))]);
        foreach (Parameter<T> parameter in _model.Parameters)
        {
            TestData.FillNamed(parameter.Name, parameter.Value, work);
        }

        _bptt = new Bptt<T>(_model, steps, batch, new() { Threads = WorkerLoop.Threads, ForwardOnly = !work.HasTraining });
        foreach (RecurrentState<T> state in _bptt.States)
        {
            TestData.FillNamed(state.Name, state.Value, work);
        }

        _firstWeight = _model.Parameters.Values[0];
        _initialStates = [.. _bptt.States.Select(state => state.Value.ToArray())];
        (_input, _outputGradient) = (new T[steps * batch * input], new T[steps * batch * hidden]);
        TestData.Fill<T>(_input, TestData.Input);
        TestData.FillOutputGradient<T>(_outputGradient, work);
    }

    public IReadOnlyDictionary<string, Fingerprint> Check()
    {
        RestoreStates();
        _ = _work.HasTraining ? Train() : Forward();
        Dictionary<string, Fingerprint> results = new() { ["y"] = TestData.FingerprintOf(_bptt.Output) };
        if (_work.HasTraining)
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

    /// <inheritdoc/>
    public double Forward()
    {
        long start = Stopwatch.GetTimestamp();
        if (_work.HasTraining)
        {
            // As an optimiser does: what was packed of the weights before may not be used again.
            _model.Parameters.Values[0] = _firstWeight;
        }

        if (_work.Mode != WorkMode.Steps)
        {
            RestoreStates();
        }

        _bptt.Forward(_input);
        return Clock.MillisecondsSince(start);
    }

    /// <summary>Returns the milliseconds of a training step without its loss, which would write the gradient of the output.</summary>
    public double Train()
    {
        double forward = Forward();
        _outputGradient.CopyTo(_bptt.OutputGradient);
        long start = Stopwatch.GetTimestamp();
        _model.Parameters.ClearGradients();
        _bptt.Backward();
        return forward + Clock.MillisecondsSince(start);
    }

    public void Dispose()
    {
        // Its memory is the collector's.
    }

    private void RestoreStates()
    {
        for (int k = 0; k < _initialStates.Length; k++)
        {
            _initialStates[k].CopyTo(_bptt.States[k].Value);
        }
    }
}
