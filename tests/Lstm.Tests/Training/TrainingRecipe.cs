namespace Lstm.Tests.Training;

/// <summary>
/// What a training is of: the choices of a trainer in words of their own, from which a trainer and a plain loop are made.
/// </summary>
internal sealed record TrainingRecipe
{
    /// <summary>
    /// A mark for each window of an epoch: . for one that counts, 0 for one without targets, N for a loss that is no number.
    /// </summary>
    public required string Marks { get; init; }

    public required bool Adam { get; init; }

    public required int Accumulate { get; init; }

    public required double? Clip { get; init; }

    /// <summary>Of the average; null for none.</summary>
    public required double? Decay { get; init; }

    /// <summary>Of early stopping; null for none.</summary>
    public required int? Patience { get; init; }

    public required bool Validates { get; init; }

    public required bool Anneals { get; init; }

    public required double Dropout { get; init; }

    public int Tokens => 4 * 8 * Marks.Length + 4;

    public LearningRateSchedule? Schedule => Anneals ? LearningRateSchedule.Exponential(0.05, 0.9, period: 3) : null;

    public Sequential<double> CreateModel() => Trainings.TokenModel<double>(options: new() { RecurrentDropout = Dropout });

    public Optimizer<double> CreateOptimizer(Sequential<double> model) =>
        Adam ? new Adam<double>(model.Parameters, 0.03) : new Sgd<double>(model.Parameters, 0.3, momentum: 0.5);

    public TokenWindows Training() => Trainings.Windows(Tokens);

    public static TokenWindows Validation() => Trainings.Windows(120, seed: 99);

    public Trainer<double, TokenWindow> CreateTrainer(Action<Checkpoint<double>>? checkpoints = null)
    {
        Sequential<double> model = CreateModel();
        return new(model, new MarkedTask(window => Marks[window.Start / 8] switch
        {
            '0' => MarkedTask.Mark.Empty,
            'N' => MarkedTask.Mark.NotANumber,
            _ => MarkedTask.Mark.None,
        }), CreateOptimizer(model), 8, 4, new()
        {
            Schedule = Schedule,
            ClipByGlobalNorm = Clip,
            AccumulateBatches = Accumulate,
            EarlyStopping = Patience is int patience ? new() { Patience = patience } : null,
            Average = Decay is double decay ? WeightAverage<double>.Exponential(model.Parameters, decay) : null,
            NonFinite = NonFiniteHandling.SkipStep,
            MaxSkipsInTurn = 1000,
            ProgressInterval = TimeSpan.Zero,
            CheckpointSteps = 1,
            Checkpoints = checkpoints,
            Bptt = new() { Seed = 5 },
        });
    }
}
