using System.Diagnostics;

namespace Lstm.Benchmarks.Growth;

/// <summary>Training steps of one LSTM layer, one thread, float.</summary>
internal sealed class GrowthCase
{
    public const int InputSize = 64, HiddenSize = 128;

    private const double RoundMilliseconds = 400;

    private readonly Bptt<float> _bptt;
    private readonly float[] _input;
    private readonly List<double> _milliseconds = [];

    public GrowthCase(int steps, int batch, BpttOptions options)
    {
        (Steps, Batch) = (steps, batch);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Sequential<float> model = new(new LstmLayer<float>(InputSize, HiddenSize));
        _bptt = new Bptt<float>(model, steps, batch, options);
        _input = new float[steps * batch * InputSize];
        Random random = new(1);
        for (int k = 0; k < _input.Length; k++)
        {
            _input[k] = random.NextSingle() - 0.5f;
        }

        Train();
        Mebibytes = (GC.GetTotalMemory(forceFullCollection: true) - before - _input.Length * sizeof(float)) / (1024.0 * 1024.0);
    }

    public int Steps { get; }

    public int Batch { get; }

    /// <summary>What model, activations, outputs and gradients take, without the caller's copy of the input.</summary>
    public double Mebibytes { get; }

    /// <summary>The median over all rounds.</summary>
    public double Milliseconds
    {
        get
        {
            double[] sorted = [.. _milliseconds.Order()];
            return sorted[sorted.Length / 2];
        }
    }

    /// <summary>Repeats the step for a while, at least once.</summary>
    public void Round()
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            long step = Stopwatch.GetTimestamp();
            Train();
            _milliseconds.Add(Stopwatch.GetElapsedTime(step).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < RoundMilliseconds);
    }

    private void Train()
    {
        _bptt.Forward(_input);
        _bptt.OutputGradient.Fill(0.01f);
        _bptt.Backward();
    }
}
