using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Lstm.Benchmarks.Naive;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Micro;

/// <summary>
/// The gates of one step, B = 64. Both passes work in place, so the second row is forward and then backward: the numbers stay in range
/// however often it runs. The gradient at h is dy + dh_next, as the engine adds them up before every backward step.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class GatesBenchmarks
{
    private const int Batch = 64;
    private float[] _gates = [], _cellBefore = [], _cell = [], _hidden = [], _b = [], _db = [], _dy = [], _dh = [], _dc = [];
    private LstmCell<float> _lstm = null!;
    private CellStepBuffers _step = null!;

    [Params(128, 512)]
    public int HiddenSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        int state = Batch * HiddenSize;
        (_gates, _b, _db) = (new float[4 * state], new float[4 * HiddenSize], new float[4 * HiddenSize]);
        (_cellBefore, _cell, _hidden) = (new float[state], new float[state], new float[state]);
        (_dy, _dh, _dc) = (new float[state], new float[state], new float[state]);
        uint tensor = 0;
        foreach (float[] values in (float[][])[_gates, _b, _cellBefore, _dy, _dh, _dc])
        {
            TestData.Fill<float>(values, tensor++);
        }

        _lstm = new LstmCell<float>(1, HiddenSize, new() { RecurrentInitializer = Initializer.Zero });
        _step = new CellStepBuffers(_lstm, Batch);
        _gates.CopyTo(_step.Gates);
        _b.CopyTo(_lstm.Bias!.Value);
        _cellBefore.CopyTo(_step.Before("c"));
        _dc.CopyTo(_step.Gradient("c"));
    }

    [BenchmarkCategory("Forward"), Benchmark(Baseline = true)]
    public void NaiveForward() => NaiveGates.Forward(_gates, _b, _cellBefore, _cell, _hidden);

    [BenchmarkCategory("Forward"), Benchmark]
    public void LstmForward() => _step.Forward();

    [BenchmarkCategory("ForwardBackward"), Benchmark(Baseline = true)]
    public void NaiveForwardBackward()
    {
        NaiveForward();
        NaiveGates.Backward(_gates, _cellBefore, _cell, _dy, _dh, _dc, _db);
    }

    [BenchmarkCategory("ForwardBackward"), Benchmark]
    public void LstmForwardBackward()
    {
        LstmForward();
        TensorPrimitives.Add<float>(_dy, _dh, _step.OutputGradient);
        _step.Backward();
    }
}
