using BenchmarkDotNet.Attributes;
using Lstm.Benchmarks.Naive;

namespace Lstm.Benchmarks.Micro;

/// <summary>What follows a backward pass, for one layer of H inputs and H units: clipping of given gradients, then a step of Adam.</summary>
[MemoryDiagnoser]
public class OptimizerBenchmarks
{
    private const float Gradient = 0.01f, MaxNorm = 1, LearningRate = 1e-6f;
    private Sequential<float> _model = null!;
    private Adam<float> _adam = null!;
    private NaiveParameter[] _naive = [];
    private int _step;

    [Params(128, 512)]
    public int HiddenSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _model = new Sequential<float>(new LstmLayer<float>(HiddenSize, HiddenSize));
        _adam = new Adam<float>(_model.Parameters, LearningRate);
        _naive = [.. _model.Parameters.Select(parameter => new NaiveParameter(parameter))];
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        foreach (NaiveParameter parameter in _naive)
        {
            Array.Fill(parameter.Gradient, Gradient);
        }

        NaiveOptimizer.ClipByGlobalNorm(_naive, MaxNorm);
        NaiveOptimizer.Adam(_naive, LearningRate, ++_step);
    }

    [Benchmark]
    public void Lstm()
    {
        _model.Parameters.Gradients.Fill(Gradient);
        GradientClipping.ByGlobalNorm(_model.Parameters, MaxNorm);
        _adam.Step();
    }
}
