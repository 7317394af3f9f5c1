using BenchmarkDotNet.Attributes;
using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Naive;
using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Micro;

/// <summary>Forward, loss, backward, clipping and Adam, with as many threads as there are processors; the plain loops have one.</summary>
[MemoryDiagnoser]
public class TrainingStepBenchmarks
{
    private const float MaxNorm = 5;
    private float _learningRate = 1e-3f;
    private int[] _tokens = [], _targets = [];
    private float[] _x = [];
    private Sequential<float> _model = null!;
    private Bptt<float> _bptt = null!;
    private Adam<float> _adam = null!;
    private NaiveModel _naive = null!;

    /// <summary>charlm reads token ids, and the others vectors.</summary>
    [Params("charlm", "tiny", "ptb-s")]
    public string Work { get; set; } = "";

    private bool HasTokens => Work == "charlm";

    [GlobalSetup]
    public void Setup()
    {
        Configuration shape = Configuration.Training.Single(shape => shape.Name == (HasTokens ? "charrnn" : Work));
        (int input, int hidden, int layers, int batch, int steps) = shape.Work;
        const int Classes = 65;
        _model = new Sequential<float>(
        [
            .. Enumerable.Range(0, layers).Select(layer => new LstmLayer<float>(layer == 0 ? input : hidden, hidden)),
            new Dense<float>(hidden, Classes),
        ]);
        _model.Initialize(seed: 1);
        _bptt = new Bptt<float>(_model, steps, batch);
        _adam = new Adam<float>(_model.Parameters, _learningRate);
        _naive = new NaiveModel(_model, steps, batch);

        Random random = new(1);
        int rows = steps * batch;
        _tokens = [.. Enumerable.Range(0, rows).Select(_ => random.Next(input))];
        _targets = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Classes))];
        _x = new float[rows * input];
        FillInput(input);
        CheckBaseline();

        // From here on the weights stay about as they are, however often this runs.
        _learningRate = 1e-8f;
        _adam.LearningRate = _learningRate;
    }

    [Benchmark(Baseline = true)]
    public double Naive() => _naive.Train(_x, _targets, MaxNorm, _learningRate);

    [Benchmark]
    public double Lstm()
    {
        _bptt.ResetState();
        ReadOnlySpan<float> logits = HasTokens ? _bptt.ForwardTokens(_tokens) : _bptt.Forward(_x);
        double loss = SoftmaxCrossEntropy.Evaluate(logits, _targets, _bptt.OutputGradient);
        _bptt.Backward();
        GradientClipping.ByGlobalNorm(_model.Parameters, MaxNorm);
        _adam.Step();
        return loss;
    }

    /// <summary>The plain loops get one-hot vectors in place of token ids.</summary>
    private void FillInput(int input)
    {
        if (!HasTokens)
        {
            TestData.Fill<float>(_x, 0);
            return;
        }

        for (int row = 0; row < _tokens.Length; row++)
        {
            _x[(row * input) + _tokens[row]] = 1;
        }
    }

    /// <summary>A baseline that does other work would be no baseline. The later losses depend on all gradients of the first steps.</summary>
    private void CheckBaseline()
    {
        for (int step = 0; step < 3; step++)
        {
            (double naive, double lstm) = (Naive(), Lstm());
            if (Math.Abs(naive - lstm) > 1e-4)
            {
                throw new InvalidOperationException($"Loss {step} is {lstm}, but {naive} in plain loops.");
            }
        }
    }
}
