using Lstm.Benchmarks.Compare;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Phases;

/// <summary>
/// The phases of whole updates of the main job, by a <see cref="Trainer{T, TBatch}"/> that reports each of them. An embedding is in front,
/// and each layer has dropout, so that all there is in an update is seen.
/// </summary>
internal sealed class JobPhases : IPhasedWork, IProgress<TrainingProgress>
{
    private const double Rate = 0.2, TrainingShare = 0.9;

    private readonly Trainer<float, TokenWindow> _trainer;
    private readonly TokenWindows _windows;
    private readonly List<TimeSpan[]> _updates = [];
    private CancellationTokenSource _enough = new();
    private int _wanted;

    public JobPhases(Work work)
    {
        (int characters, int hidden, int layers, int batch, int steps) = work;
        string text = File.ReadAllText(Environment.GetEnvironmentVariable(CharacterText.Variable)!);
        CharVocabulary vocabulary = new(text);
        if (vocabulary.Count != characters)
        {
            throw new CompareException($"expected a text of {characters} different characters, but it has {vocabulary.Count}");
        }

        Sequential<float> model = new(
        [
            new Embedding<float>(characters, hidden),
            .. Enumerable.Range(0, layers).SelectMany(_ => (Layer<float>[])
            [
                Cells.Create<float>(work.Cell, hidden, hidden),
                new Dropout<float>(hidden, Rate),
            ]),
            new Dense<float>(hidden, characters),
        ]);
        model.Initialize(seed: 1);
        int[] ids = vocabulary.Encode(text[..(int)(text.Length * TrainingShare)]);
        _windows = new TokenWindows(new TokenStreams(ids, batch), steps, dropLast: true);
        Adam<float> adam = new(model.Parameters, CharacterTraining.LearningRate);
        _trainer = new(model, new NextTokenTask<float>(), adam, steps, batch, new()
        {
            ClipByGlobalNorm = CharacterTraining.MaxGradientNorm,
            ProgressInterval = TimeSpan.Zero,
            Bptt = new() { Threads = WorkerLoop.Threads },
        });
    }

    public IReadOnlyList<TimeSpan[]> Measure(int steps)
    {
        _updates.Clear();
        _enough = new CancellationTokenSource();

        // The time before the first update is not that of an update.
        _wanted = steps + 1;
        PhaseClock.Start();
        _trainer.Fit(_windows, epochs: int.MaxValue, progress: this, cancellationToken: _enough.Token);
        return _updates[1..];
    }

    public void Report(TrainingProgress value)
    {
        _updates.Add(PhaseClock.Stop());
        PhaseClock.Start();
        if (_updates.Count == _wanted)
        {
            _enough.Cancel();
        }
    }

    public void Dispose() => _enough.Dispose();
}
