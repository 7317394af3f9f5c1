using System.Numerics;

namespace Lstm;

/// <summary>The weights with which the loss was lowest, and for how many rounds it has not been lower.</summary>
internal sealed class BestWeights<T>(ParameterCollection<T> parameters, EarlyStopping options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[]? _values;

    /// <summary>The lowest loss.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>The loss that one has to be below by <see cref="EarlyStopping.MinImprovement"/> for patience to begin anew.</summary>
    public double Reference { get; private set; } = double.PositiveInfinity;

    public int WorseRounds { get; private set; }

    public bool IsOver => WorseRounds >= options.Patience;

    /// <summary>What a checkpoint keeps; null before the first round.</summary>
    public TrainingState<T>? State => _values is null ? null : WeightsState.Of(parameters, _values.ToArray(), steps: 0);

    /// <summary>Takes notice of the loss of the weights that the model holds. One that is not finite is no better than any.</summary>
    public void Report(double loss)
    {
        if (double.IsFinite(loss) && loss < Loss)
        {
            Loss = loss;
            _values ??= new T[parameters.Gradients.Length];
            parameters.Current.CopyTo(_values);
        }

        bool improves = double.IsFinite(loss) && (double.IsInfinity(Reference) || loss < Reference - options.MinImprovement);
        (Reference, WorseRounds) = improves ? (loss, 0) : (Reference, WorseRounds + 1);
    }

    /// <returns>Whether there are such weights, which the model holds now.</returns>
    public bool Apply()
    {
        if (_values != null)
        {
            parameters.Assign(_values);
        }

        return _values != null;
    }

    public void Restore(double loss, double reference, int worseRounds, T[]? values) =>
        (Loss, Reference, WorseRounds, _values) = (loss, reference, worseRounds, values);
}
