using System.Numerics;

namespace Lstm;

/// <summary>The weights with which the loss was lowest, and for how many rounds it has not been lower.</summary>
internal sealed class BestWeights<T>(ParameterCollection<T> parameters, EarlyStopping options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[]? _values;

    public double Loss { get; private set; } = double.PositiveInfinity;

    public int WorseRounds { get; private set; }

    public bool IsOver => WorseRounds >= options.Patience;

    /// <summary>What a checkpoint keeps; null before the first round.</summary>
    public TrainingState<T>? State => _values is null ? null : WeightsState.Of(parameters, _values.ToArray(), steps: 0);

    /// <summary>Takes notice of the loss of the weights that the model holds. One that is not finite is no better than any.</summary>
    public void Report(double loss)
    {
        if (double.IsFinite(loss) && (double.IsInfinity(Loss) || loss < Loss - options.MinImprovement))
        {
            (Loss, WorseRounds) = (loss, 0);
            _values ??= new T[parameters.Gradients.Length];
            parameters.Current.CopyTo(_values);
        }
        else
        {
            WorseRounds++;
        }
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

    public void Restore(double loss, int worseRounds, T[]? values) => (Loss, WorseRounds, _values) = (loss, worseRounds, values);
}
