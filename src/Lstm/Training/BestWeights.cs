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
    public double Loss { get; set; } = double.PositiveInfinity;

    /// <summary>
    /// The loss that a later loss has to be below by <see cref="EarlyStopping.MinImprovement"/> for patience to begin anew.
    /// </summary>
    public double Reference { get; set; } = double.PositiveInfinity;

    public int WorseRounds { get; set; }

    public bool IsOver => WorseRounds >= options.Patience;

    /// <summary>Whether the model was given these weights, and has not been trained since.</summary>
    public bool IsApplied { get; set; }

    /// <summary>The weights as they were validated: the average, where there is one. Null before the first round.</summary>
    public T[]? Values { get; set; }

    /// <summary>The weights that the average was taken of; null without an average, and in files of version 0.1.0.</summary>
    public T[]? Weights { get; set; }

    /// <summary>The state of the optimiser; null in files of version 0.1.0.</summary>
    public NamedState<T>? OptimizerState { get; set; }

    /// <summary>The state of the average; null without an average, and in files of version 0.1.0.</summary>
    public NamedState<T>? AverageState { get; set; }

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
        if (Values is null)
        {
            return false;
        }

        parameters.Assign(Values);
        IsApplied = true;
        if (OptimizerState != null && optimizer != null)
        {
            double rate = optimizer.LearningRate;
            optimizer.Restore(OptimizerState);
            optimizer.LearningRate = rate;
        }

        if (AverageState != null)
        {
            average?.Restore(AverageState);
        }

        return true;
    }

    /// <summary>
    /// If the model still holds an average that <see cref="Apply"/> restored, restores the weights that the average was taken of.
    /// </summary>
    public void GoOn()
    {
        if (IsApplied && Weights != null
            && MemoryMarshal.AsBytes(parameters.Current).SequenceEqual(MemoryMarshal.AsBytes(Values.AsSpan())))
        {
            parameters.Assign(Weights);
        }

        IsApplied = false;
    }

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
        if (Values is null)
        {
            return null;
        }

        T[] present = parameters.Current.ToArray();
        parameters.Assign(Values);
        try
        {
            return evaluate();
        }
        finally
        {
            parameters.Assign(present);
        }
    }

    private void Keep()
    {
        using (average?.Apply())
        {
            Values = CopyOfWeights(Values);
        }

        if (average != null)
        {
            Weights = CopyOfWeights(Weights);
            AverageState = Copy(average.State, AverageState);
        }

        if (optimizer != null)
        {
            OptimizerState = Copy(optimizer.State, OptimizerState);
        }
    }

    private T[] CopyOfWeights(T[]? memory)
    {
        memory ??= new T[parameters.Length];
        parameters.Current.CopyTo(memory);
        return memory;
    }

    /// <summary>Copies a state into the memory of an earlier copy.</summary>
    private static NamedState<T> Copy(NamedState<T> present, NamedState<T>? earlier)
    {
        // An optimiser may keep more tensors now than it did before.
        if (earlier is null || earlier.Tensors.Count != present.Tensors.Count)
        {
            return present.Copy();
        }

        for (int k = 0; k < present.Tensors.Count; k++)
        {
            present.Tensors[k].Values.Span.CopyTo(MemoryMarshal.AsMemory(earlier.Tensors[k].Values).Span);
        }

        return present with { Tensors = earlier.Tensors };
    }
}
