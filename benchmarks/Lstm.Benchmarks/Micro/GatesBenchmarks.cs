using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Naive;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Micro;

/// <summary>
/// The gates of one step, B = 64. Both passes work in place, so the second row is forward and then backward: the numbers stay in range
/// however often it runs.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class GatesBenchmarks
{
    private const int Batch = 64;
    private float[] _gates = [], _cellBefore = [], _cell = [], _hidden = [], _cache = [];
    private float[] _b = [], _db = [], _dy = [], _dh = [], _dc = [], _rowGradients = [];

    [Params(128, 512)]
    public int HiddenSize { get; set; }

    private LstmShape Shape => LstmShape.Plain(HiddenSize, peepholes: false);

    private LstmVectors<float> Vectors => new() { Bias = _b, Peephole = [], CellGain = [], CellShift = [], Clip = 0, Epsilon = 0 };

    [GlobalSetup]
    public void Setup()
    {
        int state = Batch * HiddenSize;
        (_gates, _b, _db) = (new float[4 * state], new float[4 * HiddenSize], new float[4 * HiddenSize]);
        (_cellBefore, _cell, _hidden) = (new float[state], new float[state], new float[state]);
        (_dy, _dh, _dc) = (new float[state], new float[state], new float[state]);
        (_cache, _rowGradients) = (new float[Batch * Shape.CacheSize], new float[4 * state]);
        uint tensor = 0;
        foreach (float[] values in (float[][])[_gates, _b, _cellBefore, _dy, _dh, _dc])
        {
            TestData.Fill<float>(values, tensor++);
        }
    }

    [BenchmarkCategory("Forward"), Benchmark(Baseline = true)]
    public void NaiveForward() => NaiveGates.Forward(_gates, _b, _cellBefore, _cell, _hidden);

    [BenchmarkCategory("Forward"), Benchmark]
    public void LstmForward() => LstmGates<float>.Forward(
        new ForwardStep<float>
        {
            Rows = Batch,
            HiddenSize = HiddenSize,
            Gates = _gates,
            CellBefore = _cellBefore,
            Cell = _cell,
            Hidden = _hidden,
            Cache = _cache,
        },
        Shape,
        Vectors);

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
        BackwardStep<float> step = new()
        {
            Rows = Batch,
            HiddenSize = HiddenSize,
            Gates = _gates,
            CellBefore = _cellBefore,
            Cell = _cell,
            Cache = _cache,
            OutputGradient = _dy,
            HiddenGradient = _dh,
            CellGradient = _dc,
            RowGradients = _rowGradients,
        };
        LstmGates<float>.Backward(step, Shape, Vectors);
    }
}
