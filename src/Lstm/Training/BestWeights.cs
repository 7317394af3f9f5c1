using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm;

/// <summary>
/// The weights with the lowest loss, and the number of rounds since the loss last improved. The optimiser and the average of that moment
/// are kept as well, so that a training that goes on from these weights goes on from one moment.
/// </summary>
internal sealed class BestWeights<T>(
    ParameterCollection<T> parameters, EarlyStopping options, Optimizer<T>? optimizer = null, WeightAverage<T>? average = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptState<T> _optimizer = new(), _average = new();
    private T[]? _values;       // the validated weights: the average, where there is one
    private T[]? _weights;      // the weights that the average was taken of, where there is one
    private bool _isApplied;

    /// <summary>The lowest loss.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>
    /// The loss that a later loss has to be below by <see cref="EarlyStopping.MinImprovement"/> for patience to begin anew.
    /// </summary>
    public double Reference { get; private set; } = double.PositiveInfinity;

    public int WorseRounds { get; private set; }

    public bool IsOver => WorseRounds >= options.Patience;

    /// <summary>The state that a checkpoint keeps; its values are null before the first round.</summary>
    public BestMoment<T> State => new()
    {
        Loss = Loss,
        Reference = Reference,
        WorseRounds = WorseRounds,
        IsApplied = _isApplied,
        Values = _values,
        Weights = _weights,
        Optimizer = _optimizer.Value,
        Average = _average.Value,
    };

    /// <summary>
    /// Reports the loss of the weights that the model holds, or of their average. A loss that is not finite is never better.
    /// </summary>
    public void Report(double loss)
    {
        if (double.IsFinite(loss) && loss < Loss)
        {
            Loss = loss;
            Keep();
        }

        bool improves = double.IsFinite(loss) && (double.IsInfinity(Reference) || loss < Reference - options.MinImprovement);
        (Reference, WorseRounds) = improves ? (loss, 0) : (Reference, WorseRounds + 1);
    }

    /// <summary>Restores the best moment, except for the learning rate, which is an option.</summary>
    /// <returns>Whether there is a best moment; the model then holds its weights.</returns>
    public bool Apply()
    {
        if (_values is null)
        {
            return false;
        }

        parameters.Assign(_values);
        _isApplied = true;
        if (_optimizer.Value != null && optimizer != null)
        {
            double rate = optimizer.LearningRate;
            optimizer.Restore(_optimizer.Value);
            optimizer.LearningRate = rate;
        }

        if (_average.Value != null)
        {
            average?.Restore(_average.Value);
        }

        return true;
    }

    /// <summary>
    /// If the model still holds an average that <see cref="Apply"/> restored, restores the weights that the average was taken of.
    /// </summary>
    public void GoOn()
    {
        if (_isApplied && _weights != null && HaveSameBits(parameters.Current, _values))
        {
            parameters.Assign(_weights);
        }

        _isApplied = false;
    }

    /// <summary>Lets patience begin anew.</summary>
    public void BeginAnew() => WorseRounds = 0;

    /// <summary>
    /// Sets the loss that later losses are compared with: that of the best weights on another validation, or infinity where it is not
    /// known.
    /// </summary>
    public void CompareWith(double loss) => (Loss, Reference, WorseRounds) = (loss, loss, 0);

    /// <summary>Lets the model hold the best weights during a call.</summary>
    /// <returns>The result of the call; null where there are no best weights.</returns>
    public double? With(Func<double> evaluate)
    {
        if (_values is null)
        {
            return null;
        }

        T[] present = parameters.Current.ToArray();
        parameters.Assign(_values);
        try
        {
            return evaluate();
        }
        finally
        {
            parameters.Assign(present);
        }
    }

    /// <summary>Restores a state that was kept, all of which fits.</summary>
    public void Restore(BestMoment<T> state)
    {
        (Loss, Reference, WorseRounds, _isApplied) = (state.Loss, state.Reference, state.WorseRounds, state.IsApplied);
        (_values, _weights) = (state.Values, state.Weights);
        (_optimizer.Value, _average.Value) = (state.Optimizer, state.Average);
    }

    private static bool HaveSameBits(ReadOnlySpan<T> some, ReadOnlySpan<T> others) =>
        MemoryMarshal.AsBytes(some).SequenceEqual(MemoryMarshal.AsBytes(others));

    private void Keep()
    {
        using (average?.Apply())
        {
            Copy(ref _values);
        }

        if (average != null)
        {
            Copy(ref _weights);
            _average.Keep(average.State);
        }

        if (optimizer != null)
        {
            _optimizer.Keep(optimizer.State);
        }
    }

    private void Copy(ref T[]? to)
    {
        to ??= new T[parameters.Length];
        parameters.Current.CopyTo(to);
    }
}
