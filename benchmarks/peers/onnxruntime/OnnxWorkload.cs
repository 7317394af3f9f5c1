using System.Diagnostics;
using Lstm.Benchmarks.Worker;
using Microsoft.ML.OnnxRuntime;

namespace Lstm.Peers.OnnxRuntime;

/// <summary>
/// The work of one case in ONNX Runtime. All tensors are bound before: a pass copies nothing. There are two sets of states, and single
/// steps read one and write the other, in turns.
/// </summary>
internal sealed class OnnxWorkload : IWorkload
{
    private readonly Work _work;
    private readonly LstmGraph _graph;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly TensorBuffer _input, _output;
    private readonly TensorBuffer[][] _states;
    private readonly OrtIoBinding[] _bindings;
    private int _current;

    public OnnxWorkload(Work work)
    {
        if (work.HasTraining || work.Cell != "plain")
        {
            throw new NotSupportedException($"expected a plain cell and the mode sequences or steps, but got {work}");
        }

        (_work, _graph) = (work, new LstmGraph(work));
        using SessionOptions options = new()
        {
            IntraOpNumThreads = WorkerLoop.Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(_graph.ToModel(), options);
        (_input, _output) = (new TensorBuffer(_graph.Input), new TensorBuffer(_graph.Output));
        TestData.Fill<float>(_input.Numbers, TestData.Input);
        _states = [.. Enumerable.Range(0, 2).Select(_ => _graph.States.Select(state => new TensorBuffer(state)).ToArray())];
        _bindings = [Bind(_states[0], _states[1]), Bind(_states[1], _states[0])];
        SetInitialStates();
    }

    public IReadOnlyDictionary<string, Fingerprint> Check()
    {
        SetInitialStates();
        Forward();
        return new Dictionary<string, Fingerprint> { ["y"] = TestData.FingerprintOf<float>(_output.Numbers) };
    }

    public double Forward()
    {
        long start = Stopwatch.GetTimestamp();
        _session.RunWithBinding(_run, _bindings[_current]);
        if (_work.Mode == WorkMode.Steps)
        {
            _current = 1 - _current;
        }

        return Clock.MillisecondsSince(start);
    }

    public double Train() => throw new NotSupportedException("ONNX Runtime does not train");

    public void Dispose()
    {
        IDisposable[] all = [.. _bindings, .. _states.SelectMany(set => set), _input, _output, _run, _session];
        Array.ForEach(all, one => one.Dispose());
    }

    private OrtIoBinding Bind(TensorBuffer[] before, TensorBuffer[] after)
    {
        OrtIoBinding binding = _session.CreateIoBinding();
        binding.BindInput(_graph.Input.Input, _input.Value);
        binding.BindOutput(_graph.Output.Output, _output.Value);
        for (int k = 0; k < _graph.States.Count; k++)
        {
            binding.BindInput(_graph.States[k].Input, before[k].Value);
            binding.BindOutput(_graph.States[k].Output, after[k].Value);
        }

        return binding;
    }

    private void SetInitialStates()
    {
        for (int k = 0; k < _graph.States.Count; k++)
        {
            TestData.FillNamed<float>(_graph.States[k].Input, _states[_current][k].Numbers, _work);
        }
    }
}
