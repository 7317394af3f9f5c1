using BenchmarkDotNet.Attributes;
using Lstm.Benchmarks.Naive;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Micro;

/// <summary>One step of one sequence by a trained layer, I = H, as when a text is written or a sensor is read.</summary>
[MemoryDiagnoser]
public class InferenceStepBenchmarks
{
    private float[] _x = [];
    private Bptt<float> _bptt = null!;
    private NaiveModel _naive = null!;

    [Params(128, 512)]
    public int HiddenSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _x = new float[HiddenSize];
        TestData.Fill<float>(_x, 0);
        Sequential<float> model = new(new LstmLayer<float>(HiddenSize, HiddenSize));
        _bptt = new Bptt<float>(model, steps: 1, batch: 1, new() { ForwardOnly = true });
        _naive = new NaiveModel(model, steps: 1, batch: 1);
    }

    [Benchmark(Baseline = true)]
    public float Naive() => _naive.Forward(_x)[0];

    [Benchmark]
    public float Lstm() => _bptt.Forward(_x)[0];
}
