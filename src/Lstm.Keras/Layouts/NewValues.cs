using System.Numerics;

namespace Lstm.Keras.Layouts;

/// <summary>Values that the parameters of a model get all at once, when all of them are known to be right.</summary>
/// <param name="model">The model.</param>
internal sealed class NewValues<T>(Sequential<T> model)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Parameter<T>, T[]> _values = [];

    /// <summary>The new values of a parameter, which are the present ones at first.</summary>
    public Span<T> Of(Parameter<T> parameter)
    {
        if (!_values.TryGetValue(parameter, out T[]? values))
        {
            values = parameter.Current.ToArray();
            _values.Add(parameter, values);
        }

        return values;
    }

    /// <summary>Gives the parameters their new values.</summary>
    /// <exception cref="InvalidOperationException">The model holds an average of its weights.</exception>
    public void Assign()
    {
        NamedState<T> state = model.Parameters.State;
        StateTensor<T>[] tensors = [.. state.Tensors];
        for (int k = 0; k < tensors.Length; k++)
        {
            if (_values.TryGetValue(model.Parameters[k], out T[]? values))
            {
                tensors[k] = tensors[k] with { Values = values };
            }
        }

        model.Parameters.Restore(state with { Tensors = tensors });
    }
}
