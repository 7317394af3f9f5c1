using System.Diagnostics;

namespace Lstm.Benchmarks.Worker;

/// <summary>The main job: a character model that trains on window after window of a text, by Adam with clipped gradients.</summary>
internal abstract class CharacterTraining(Work work) : IWorkload
{
    public const double LearningRate = 2e-3, MaxGradientNorm = 5;

    /// <summary>So many losses are compared. The later ones depend on all gradients of the first steps, and on the optimiser.</summary>
    private const int CheckedWindows = 5;

    private readonly CharacterText _text = CharacterText.Read(work);
    private readonly int[] _inputs = new int[work.Steps * work.Batch], _targets = new int[work.Steps * work.Batch];
    private int _window;

    /// <summary>Goes back to the first weights and the first window, and returns the losses from there on.</summary>
    public IReadOnlyDictionary<string, Fingerprint> Check()
    {
        Restart();
        _window = 0;
        double[] losses = [.. Enumerable.Range(0, CheckedWindows).Select(_ => TrainNext())];
        return new Dictionary<string, Fingerprint> { ["losses"] = TestData.FingerprintOf<double>(losses) };
    }

    public double Forward() => throw new NotSupportedException("a character model is trained, not run forward alone");

    /// <summary>Returns the milliseconds of all that an update takes, loss, clipping and optimiser among it.</summary>
    public double Train()
    {
        long start = Stopwatch.GetTimestamp();
        TrainNext();
        return Clock.MillisecondsSince(start);
    }

    public abstract void Dispose();

    /// <summary>Sets weights to those of <see cref="TestData"/>, and makes a new optimiser.</summary>
    protected abstract void Restart();

    /// <summary>Forgets the states: a new epoch begins.</summary>
    protected abstract void ResetStates();

    /// <summary>Learns from one window, and returns its mean loss in nats for each character.</summary>
    protected abstract double Train(int[] inputs, int[] targets);

    private double TrainNext()
    {
        if (_window == 0)
        {
            ResetStates();
        }

        _text.Copy(_window, _inputs, _targets);
        _window = (_window + 1) % _text.Windows;
        return Train(_inputs, _targets);
    }
}
