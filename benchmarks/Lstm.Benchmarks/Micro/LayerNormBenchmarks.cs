using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Naive;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Micro;

/// <summary>The normalisation of one row of H numbers, forward and backward.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public unsafe class LayerNormBenchmarks
{
    private const float Epsilon = 1e-5f;
    private float[] _v = [], _normalized = [], _dNormalized = [], _dv = [];
    private float _r;

    [Params(128, 512)]
    public int HiddenSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_v, _normalized, _dNormalized, _dv) = (new float[HiddenSize], new float[HiddenSize], new float[HiddenSize], new float[HiddenSize]);
        TestData.Fill<float>(_v, 0);
        TestData.Fill<float>(_dNormalized, 1);
        NaiveForward();
    }

    [BenchmarkCategory("Forward"), Benchmark(Baseline = true)]
    public void NaiveForward() => _r = NaiveLayerNorm.Forward(_v, Epsilon, _normalized);

    [BenchmarkCategory("Forward"), Benchmark]
    public void LstmForward()
    {
        fixed (float* v = _v, normalized = _normalized)
        {
            _r = LayerNormalization<float>.Forward(v, HiddenSize, Epsilon, normalized);
        }
    }

    [BenchmarkCategory("Backward"), Benchmark(Baseline = true)]
    public void NaiveBackward() => NaiveLayerNorm.Backward(_dNormalized, _normalized, _r, _dv);

    [BenchmarkCategory("Backward"), Benchmark]
    public void LstmBackward()
    {
        fixed (float* dNormalized = _dNormalized, normalized = _normalized, dv = _dv)
        {
            LayerNormalization<float>.Backward(dNormalized, normalized, _r, HiddenSize, dv);
        }
    }
}
