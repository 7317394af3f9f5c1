using System.Diagnostics;
using Lstm;

namespace CharLm;

/// <summary>Trains a model by truncated BPTT, and keeps the one with the lowest validation loss.</summary>
internal sealed class Trainer(CharModel model, TextData text, TrainingOptions options, CancellationToken stop)
{
    private const double MaxGradientNorm = 5;
    private const int ValidationSteps = 200;
    private const int SampleLength = 200;
    private const double SampleTemperature = 0.8;
    private const double LossSmoothing = 0.95;

    private readonly Bptt<float> _bptt = new(model.Network, options.Steps, options.Batch, new() { Threads = options.Threads });
    private readonly Bptt<float> _validation = new(
        model.Network, ValidationSteps, TextData.ValidationBatch, new() { Threads = options.Threads, ForwardOnly = true });
    private readonly Adam<float> _adam = new(model.Network.Parameters, options.LearningRate);
    private readonly Generator _generator = new(model);
    private readonly TrainingCurves _curves = new(options.OutputFile);
    private readonly Stopwatch _time = new();
    private double _smoothLoss;

    /// <summary>The epochs and updates to do.</summary>
    public RunLength Length { get; } = LengthOf(text.Training, options);

    /// <summary>Updates done.</summary>
    public long Updates { get; private set; }

    /// <summary>The epoch whose model is saved; null if there is none yet.</summary>
    public EpochResult? Best { get; private set; }

    /// <exception cref="OperationCanceledException">The user stopped it; the model is as the last update left it.</exception>
    /// <exception cref="UserException">The loss is no longer a number, or a file cannot be written.</exception>
    public void Run(ProgressDisplay display, JsonLog? log)
    {
        _time.Start();
        for (int epoch = 1; epoch <= Length.Epochs && Updates < Length.Updates; epoch++)
        {
            (double trainingLoss, int updates, double seconds) = TrainEpoch(epoch, display);
            EpochResult result = new(epoch, trainingLoss, Validate(), seconds, CharactersIn(updates) / seconds);
            bool isBest = Best is null || result.ValidationLoss < Best.ValidationLoss;
            if (isBest)
            {
                model.Save(options.OutputFile);
                Best = result;
            }

            _curves.Add(result);
            if (log != null)
            {
                result.AppendTo(log);
            }

            result.ShowOn(display, Length.Epochs, isBest, Sample());
        }
    }

    private (double Loss, int Updates, double Seconds) TrainEpoch(int epoch, ProgressDisplay display)
    {
        TokenStreams streams = text.Training;
        long start = Stopwatch.GetTimestamp();
        double totalLoss = 0;
        int count = 0;

        _bptt.ResetState();
        for (int t = 0; t + options.Steps < streams.Length && Updates < Length.Updates; t += options.Steps)
        {
            stop.ThrowIfCancellationRequested();
            ReadOnlySpan<int> x = streams.Inputs(t, options.Steps), y = streams.Targets(t, options.Steps);

            var logits = _bptt.Forward(x);
            var loss = SoftmaxCrossEntropy.Evaluate(logits, y, _bptt.OutputGradient);
            _bptt.Backward();
            GradientClipping.ByGlobalNorm(model.Network.Parameters, MaxGradientNorm);
            _adam.Step();

            Updates++;
            count++;
            totalLoss += CheckFinite(loss);
            display.Show(ProgressAfter(loss, epoch, count, Stopwatch.GetElapsedTime(start)));
        }

        return (totalLoss / count, count, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private double Validate()
    {
        TokenStreams streams = text.Validation;
        TokenWindows windows = new(streams, ValidationSteps);
        double totalLoss = 0;
        _validation.ResetState();
        while (windows.NextBatch() is { } window)
        {
            stop.ThrowIfCancellationRequested();
            var logits = _validation.Forward(window.Inputs);
            totalLoss += SoftmaxCrossEntropy.Evaluate(logits, window.Targets, Reduction.Sum);
        }

        return CheckFinite(totalLoss / ((long)streams.Length * streams.Batch));
    }

    private string Sample() => string.Concat(_generator.Generate([], SampleLength, SampleTemperature, new Random(options.Seed)));

    private CharProgress ProgressAfter(double loss, int epoch, int epochUpdates, TimeSpan epochTime)
    {
        _smoothLoss = Updates == 1 ? loss : LossSmoothing * _smoothLoss + (1 - LossSmoothing) * loss;
        return new CharProgress
        {
            Epoch = epoch,
            Epochs = Length.Epochs,
            EpochUpdates = epochUpdates,
            Updates = Updates,
            Loss = _smoothLoss,
            CharactersPerSecond = CharactersIn(epochUpdates) / epochTime.TotalSeconds,
            Remaining = _time.Elapsed / Updates * (Length.Updates - Updates),
        };
    }

    private double CharactersIn(int updates) => (double)updates * options.Batch * options.Steps;

    private double CheckFinite(double loss) => double.IsFinite(loss)
        ? loss
        : throw new UserException($"the training diverged in update {Updates}: the loss is {loss}. Try a smaller --learning-rate. "
            + (Best is null ? "No model was saved." : $"The best model, that of epoch {Best.Epoch}, is in '{options.OutputFile}'."));

    /// <summary>A window is trained on if its streams go on after it: every full one, but not one that ends with the text.</summary>
    private static RunLength LengthOf(TokenStreams streams, TrainingOptions options)
    {
        int updatesPerEpoch = (streams.Length - 1) / options.Steps;
        return new(options.Epochs, updatesPerEpoch, Math.Min((long)updatesPerEpoch * options.Epochs, options.Updates ?? long.MaxValue));
    }
}
