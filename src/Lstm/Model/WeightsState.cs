using System.Numerics;

namespace Lstm;

/// <summary>The weights of a model in the form of checkpoints.</summary>
internal static class WeightsState
{
    public static NamedState<T> Of<T>(ParameterCollection<T> parameters, ReadOnlyMemory<T> values, long steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Kind = nameof(Sequential<>),
            Steps = steps,
            Numbers = new Dictionary<string, double>(),
            Tensors = [.. parameters.Split("value", values)],
        };

    /// <summary>Returns the weights of a state in the order in which they lie in the model.</summary>
    /// <exception cref="ArgumentException">The state belongs to another model; the message says how it differs.</exception>
    public static T[] ValuesOf<T>(NamedState<T> state, ParameterCollection<T> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[parameters.Length];
        NamedState<T>.CheckFits(state, Of<T>(parameters, values, steps: 0));
        state.CopyTensorsTo([values]);
        return values;
    }
}
