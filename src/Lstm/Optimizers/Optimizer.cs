using System.Numerics;

namespace Lstm;

/// <summary>Changes parameters along their gradients.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double _learningRate;

    /// <summary>An optimiser of all parameters of a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative or not finite.</exception>
    private protected Optimizer(ParameterCollection<T> parameters, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        LearningRate = learningRate;
    }

    /// <summary>The parameters that are changed.</summary>
    public ParameterCollection<T> Parameters { get; }

    /// <summary>The factor of the next steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a finite learning rate of 0 or more.");
    }

    /// <summary>Changes every value along its gradient, and sets the gradients to 0.</summary>
    public void Step()
    {
        Update(Parameters.Values, Parameters.Gradients);
        Parameters.ClearGradients();
    }

    private protected abstract void Update(Span<T> values, ReadOnlySpan<T> gradients);

    private protected static double CheckDecay(double value, string name) => value >= 0 && T.CreateTruncating(value) < T.One
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected a number in [0, 1) that is less than 1 as {typeof(T).Name}.");
}
