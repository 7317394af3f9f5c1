using System.Numerics;

namespace Lstm.Tests.Optimizers;

/// <summary>Every optimiser with every option that changes what it remembers.</summary>
public static class OptimizerCases
{
    public static TheoryData<string> Names { get; } =
    [
        "sgd", "sgd-momentum", "sgd-nesterov", "sgd-decay", "rmsprop", "rmsprop-centered-momentum", "adagrad", "adam", "adam-decay", "adamw", "adamw-groups",
    ];

    public static Optimizer<T> Create<T>(string name, ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "sgd" => new Sgd<T>(parameters, 0.1),
            "sgd-momentum" => new Sgd<T>(parameters, 0.1, momentum: 0.9),
            "sgd-nesterov" => new Sgd<T>(parameters, 0.1, momentum: 0.9, nesterov: true),
            "sgd-decay" => new Sgd<T>(parameters, 0.1, weightDecay: 0.1),
            "rmsprop" => new RmsProp<T>(parameters, 0.01),
            "rmsprop-centered-momentum" => new RmsProp<T>(parameters, 0.01, momentum: 0.9, centered: true),
            "adagrad" => new Adagrad<T>(parameters, 0.1),
            "adam" => new Adam<T>(parameters, 0.01),
            "adam-decay" => new Adam<T>(parameters, 0.01, weightDecay: 0.1),
            "adamw" => new AdamW<T>(parameters, 0.01, weightDecay: 0.1),
            "adamw-groups" => new AdamW<T>(parameters, 0.01, groups: [new(p => p.Name == "0.R") { LearningRateFactor = 0.5, WeightDecay = 0.2 }]),
            _ => throw new ArgumentException($"There is no optimiser '{name}'.", nameof(name)),
        };

    public static Sequential<T> Model<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new(new LstmLayer<T>(3, 5, new() { Peepholes = true }), new Dense<T>(5, 4));
        model.Initialize(seed: 3);
        return model;
    }

    /// <summary>The gradients of a step, the same for the same step.</summary>
    public static void SetGradients<T>(ParameterCollection<T> parameters, ulong step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Array.ConvertAll(Numbers.Random(parameters.Gradients.Length, seed: step), T.CreateTruncating).CopyTo(parameters.Gradients);

    public static void Train<T>(Optimizer<T> optimizer, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int step = from; step < to; step++)
        {
            SetGradients(optimizer.Parameters, (ulong)step);
            optimizer.Step();
        }
    }
}
