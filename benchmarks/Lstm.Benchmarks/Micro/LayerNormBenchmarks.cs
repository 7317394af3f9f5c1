using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Lstm.Benchmarks.Naive;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Micro;

/// <summary>The normalisation of one row of H numbers, forward and backward.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class LayerNormBenchmarks
{
    private const float Epsilon = 1e-5f;
    private readonly AlignedBuffer<float> _scale = new(1);
    private AlignedBuffer<float> _v = new(0), _normalized = new(0), _dNormalized = new(0), _dv = new(0);
    private float _r;

    [Params(128, 512)]
    public int HiddenSize { get; set; }

    private NormalizedRow<float> Row => new()
    {
        Groups = 1,
        Size = HiddenSize,
        Epsilon = Epsilon,
        Values = Numbers<float>.Of(_v.Span),
        Normalized = Numbers<float>.Of(_normalized.Span),
        Scales = Numbers<float>.Of(_scale.Span),
    };

    [GlobalSetup]
    public void Setup()
    {
        (_v, _normalized, _dNormalized, _dv) = (new(HiddenSize), new(HiddenSize), new(HiddenSize), new(HiddenSize));
        TestData.Fill(_v.Span, 0);
        TestData.Fill(_dNormalized.Span, 1);
        NaiveForward();
        LstmForward();
    }

    [BenchmarkCategory("Forward"), Benchmark(Baseline = true)]
    public void NaiveForward() => _r = NaiveLayerNorm.Forward(_v.Span, Epsilon, _normalized.Span);

    [BenchmarkCategory("Forward"), Benchmark]
    public void LstmForward() => LayerNormalization<float>.Forward(Row);

    [BenchmarkCategory("Backward"), Benchmark(Baseline = true)]
    public void NaiveBackward() => NaiveLayerNorm.Backward(_dNormalized.Span, _normalized.Span, _r, _dv.Span);

    [BenchmarkCategory("Backward"), Benchmark]
    public void LstmBackward() => LayerNormalization<float>.Backward(
        Row with { Values = Numbers<float>.Of(_dNormalized.Span), Result = Numbers<float>.Of(_dv.Span) });
}
