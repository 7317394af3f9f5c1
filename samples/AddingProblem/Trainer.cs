using System.Diagnostics;
using Lstm;

namespace AddingProblem;

/// <summary>Trains one network until it has solved the task, or for as many updates as it is given.</summary>
internal sealed class Trainer(string cell, AddingOptions options, CancellationToken stop)
{
    private const double MaxGradientNorm = 1;
    private const int UpdatesPerTest = 200, TestBatches = 10, TestBatch = 100;
    private const double Smoothing = 0.95;

    private readonly Sequential<float> _model = AddingModel.Create(cell, options.Hidden, options.Seed);
    private readonly AddingBatch _batch = new(options.Steps, options.Batch), _test = new(options.Steps, TestBatch);
    private readonly List<AddingResult> _results = [];
    private readonly Stopwatch _time = new();

    /// <summary>The updates to do at most, all in one epoch.</summary>
    public RunLength Length { get; } = new(Epochs: 1, options.Updates, options.Updates);

    public Sequential<float> Model => _model;

    /// <summary>The errors, a result for each test.</summary>
    public IReadOnlyList<AddingResult> Results => _results;

    public bool IsSolved => _results.Count > 0 && _results[^1].TestError < options.Goal;

    /// <exception cref="OperationCanceledException">The user stopped it.</exception>
    /// <exception cref="UserException">The error is no longer a number, or a file cannot be written.</exception>
    public void Run(ProgressDisplay display, JsonLog? log)
    {
        Bptt<float> bptt = new(_model, options.Steps, options.Batch, new() { Threads = options.Threads });
        Bptt<float> test = new(_model, options.Steps, TestBatch, new() { Threads = options.Threads, ForwardOnly = true, Recompute = true });
        Adam<float> adam = new(_model.Parameters, options.LearningRate) { Threads = options.Threads };
        Random random = new(options.Seed);
        double total = 0, smooth = AddingBatch.ErrorOfTheMean;
        for (int update = 1, count = 1; update <= options.Updates && !IsSolved; update++, count++)
        {
            stop.ThrowIfCancellationRequested();
            _time.Start();
            double loss = Update(bptt, adam, random);
            _time.Stop();
            total += CheckFinite(loss, update);
            smooth = Smoothing * smooth + (1 - Smoothing) * loss;
            display.Show(ProgressAfter(update, smooth));
            if (count == UpdatesPerTest || update == options.Updates)
            {
                AddingResult result = new(cell, options.Steps, update, total / count, Test(test), _time.Elapsed.TotalSeconds);
                _results.Add(result);
                display.WriteLine(result.ToString());
                if (log != null)
                {
                    result.AppendTo(log);
                }

                (total, count) = (0, 0);
            }
        }
    }

    /// <summary>The gradients of a batch of new sequences at every step, through the network as it is now.</summary>
    public LayerFlow RecordFlow()
    {
        Bptt<float> bptt = new(_model, options.Steps, options.Batch, new() { Threads = options.Threads });
        using GradientFlow<float> flow = new(bptt);
        Gradients(bptt, new Random(~options.Seed));
        _model.Parameters.ClearGradients();
        return flow.Layers[0];
    }

    private double Update(Bptt<float> bptt, Adam<float> adam, Random random)
    {
        double loss = Gradients(bptt, random);
        GradientClipping.ByGlobalNorm(_model.Parameters, MaxGradientNorm, options.Threads);
        try
        {
            adam.Step();
        }
        catch (NonFiniteException exception)
        {
            throw new UserException($"the training of the network '{cell}' diverged: {exception.Message} Try a smaller --learning-rate.");
        }

        return loss;
    }

    private double Gradients(Bptt<float> bptt, Random random)
    {
        _batch.Draw(random);
        bptt.ResetState();
        var outputs = bptt.Forward(_batch.Inputs);
        var loss = MeanSquaredError.Evaluate(outputs, _batch.Targets, bptt.OutputGradient, steps: LossSteps.Last(options.Steps, options.Batch));
        bptt.Backward();
        return loss;
    }

    /// <summary>On sequences that are the same every time, and not those of the training.</summary>
    private double Test(Bptt<float> bptt)
    {
        Random random = new(~options.Seed);
        double total = 0;
        for (int k = 0; k < TestBatches; k++)
        {
            _test.Draw(random);
            bptt.ResetState();
            total += MeanSquaredError.Evaluate(bptt.Forward(_test.Inputs), _test.Targets, steps: LossSteps.Last(options.Steps, TestBatch));
        }

        return total / TestBatches;
    }

    private AddingProgress ProgressAfter(int update, double error) => new()
    {
        Cell = cell,
        EpochUpdates = update,
        Updates = update,
        Error = error,
        Remaining = _time.Elapsed / update * (options.Updates - update),
    };

    private double CheckFinite(double loss, int update) => double.IsFinite(loss)
        ? loss
        : throw new UserException($"the training of the network '{cell}' diverged in update {update}: the squared error is {loss}. Try a smaller --learning-rate.");
}
